/**
 * `csj accuracy`: the measuring engine on a virtual test bench. Everything is simulated and in this process: no network,
 * no file but those that are named.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { checked, parseSettings } from "@csj/settings";
import {
  type AccuracyClass,
  type AccuracyPoint,
  accuracyClasses,
  accuracyHtml,
  accuracyPoints,
  Bench,
  designCalibration,
  FrontEndSpec,
  frontEndPreset,
  frontEndPresets,
  pointTable,
  readingsToCsv,
  takeReadings,
  testbenchErrors,
} from "@csj/testbench";
import { Command, InvalidArgumentError, Option } from "commander";
import { stringify } from "yaml";
import { wholeNumber } from "./options.ts";

export interface AccuracyOptions {
  readonly frontEnd: string;
  readonly class?: readonly AccuracyClass[];
  readonly seed: number;
  readonly html?: string;
  readonly json?: true;
  readonly print?: "front-end" | "calibration" | "readings";
}

const refused = testbenchErrors.TESTBENCH_FRONT_END_REFUSED;
const SEED_MAX = 1_000_000;

const EXAMPLES = `
Examples:
  csj accuracy
  csj accuracy --front-end 12-bit --class 1,S
  csj accuracy --front-end my-hardware.yaml --class 0.5S --json
  csj accuracy --html report.html
  csj accuracy --front-end 12-bit --print front-end > my-hardware.yaml
  csj accuracy --print calibration > design.json && csj accuracy --print readings > readings.csv

Front ends: ${frontEndPresets.map(({ name, title }) => `\n  ${name}  ${title}`).join("")}
A file of your own has the same keys; docs/ACCURACY.md shows one, and says what is simulated and what is not.
Limits are from memory of the standards and marked unverified. This is no type test and no certificate.
Exit codes: 0 every point is within its limit; 1 a point is not; 2 wrong use.`;

export function accuracyCommand(): Command {
  return new Command("accuracy")
    .description("try the measuring engine on a virtual test bench, against the limits of its classes")
    .option("--front-end <name>", "the simulated hardware: a name below, or a YAML file", "24-bit")
    .option("--class <list>", `of ${accuracyClasses.join(", ")}; all where not given`, classList)
    .option("--seed <number>", "another piece of the same hardware, and other noise", wholeNumber(0, SEED_MAX), 1)
    .option("--html <file>", "write the report with its plots")
    .option("--json", "{points: [...]} on stdout")
    .addOption(
      new Option(
        "--print <what>",
        "instead of measuring: its file, its data sheets' calibration, or readings of it",
      ).choices(["front-end", "calibration", "readings"]),
    )
    .addHelpText("after", EXAMPLES)
    .action((options: AccuracyOptions) => {
      const frontEnd = frontEndOf(options.frontEnd);
      if (options.print !== undefined) {
        process.stdout.write(printed(options.print, frontEnd, options.seed));
        return;
      }
      const points = accuracy(options, frontEnd);
      if (options.html !== undefined) {
        writeFileSync(options.html, accuracyHtml({ frontEnd, seed: options.seed, points }));
      }
      process.stdout.write(options.json === true ? `${JSON.stringify({ points })}\n` : pointTable(points));
      if (points.some(({ pass }) => !pass)) process.exitCode = 1;
    });
}

/** The points of all classes that are asked for. */
export function accuracy(
  { class: classes = accuracyClasses, seed }: Pick<AccuracyOptions, "class" | "seed">,
  frontEnd: FrontEndSpec,
): AccuracyPoint[] {
  return [...accuracyPoints({ frontEnd, classes, seed })];
}

/** Where a user's own file begins, and what `csj calibrate` can be tried with. */
function printed(what: "front-end" | "calibration" | "readings", frontEnd: FrontEndSpec, seed: number): string {
  if (what === "front-end") return stringify(frontEnd);
  const design = designCalibration(frontEnd);
  if (what === "calibration") return `${JSON.stringify(design, null, 2)}\n`;
  return readingsToCsv(takeReadings(new Bench(frontEnd, design, seed), seed));
}

/** @throws TESTBENCH_FRONT_END_REFUSED with line and column where the file is wrong */
export function frontEndOf(name: string): FrontEndSpec {
  const preset = frontEndPreset(name);
  if (preset !== undefined) return preset;
  return checked(parseSettings(textOf(name), name, refused), FrontEndSpec, refused);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw refused("There is no such front end, and no such file.", { file }, cause);
  }
}

function classList(text: string): AccuracyClass[] {
  return text.split(",").map((part) => {
    const name = accuracyClasses.find((known) => known === part.trim());
    if (name !== undefined) return name;
    throw new InvalidArgumentError(`It must be of ${accuracyClasses.join(", ")}.`);
  });
}

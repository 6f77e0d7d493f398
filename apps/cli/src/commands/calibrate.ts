/**
 * `csj calibrate`: a calibration from reference readings. The readings were made with an older calibration (a design's, or
 * last year's), and the new one corrects that one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type Calibration, checkCalibration } from "@csj/metrology";
import { parseSettings } from "@csj/settings";
import {
  correctedCalibration,
  type FittedPhase,
  fitReadings,
  type ReferenceReading,
  readingOf,
  readingsFromCsv,
  testbenchErrors,
} from "@csj/testbench";
import { Command, InvalidArgumentError } from "commander";

export interface CalibrateOptions {
  readonly readings: string;
  readonly from: string;
  readonly out?: string;
  readonly id?: string;
  readonly date?: string;
  readonly referencePercent?: number;
  readonly referenceDegrees?: number;
}

const EXAMPLES = `
Examples:
  csj calibrate --readings readings.csv --from design.json --out calibration.json --date 2026-11-24
  csj calibrate --readings readings.yaml --from calibration.json --reference-percent 0.02

The readings' first line, or each row of a YAML list, names the values:
  phase,ref_v,ref_a,ref_w,ref_var,v,a,w,var,mean_v,mean_a
ref_... is what the reference showed, the others what this meter showed at the same time with the calibration of --from.
ref_pf may stand for ref_w; ref_var, mean_v and mean_a (the DC that the meter shows) may be absent. Take two currents or
more in each phase, each at power factor 1 and 0.5; the lowest that is to be right, and the largest. docs/ACCURACY.md says
more. The calibration goes to --out or to stdout, what is left after the fit to stderr.
Exit codes: 0 fitted; 2 the readings are wrong, too few, or contradict each other.`;

export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("fit a meter's calibration to readings beside a reference")
    .requiredOption("--readings <file>", "CSV, or a YAML or JSON list")
    .requiredOption("--from <file>", "the calibration with which the readings were made")
    .option("--out <file>", "where the new one goes; stdout where not given")
    .option("--id <text>", "its name; that of --from where not given")
    .option("--date <day>", "on which the readings were taken, as in 2026-11-24", day)
    .option("--reference-percent <number>", "the reference's own uncertainty (k = 2) in ratio", notNegative)
    .option("--reference-degrees <number>", "and in angle", notNegative)
    .addHelpText("after", EXAMPLES)
    .action((options: CalibrateOptions) => {
      const { calibration, fitted } = calibrate(options);
      const text = `${JSON.stringify(calibration, null, 2)}\n`;
      if (options.out === undefined) process.stdout.write(text);
      else writeFileSync(options.out, text);
      process.stderr.write(fitted.map(phaseText).join(""));
    });
}

/** @throws TESTBENCH_READINGS_REFUSED, _FEW, _CONTRADICT and METROLOGY_CALIBRATION_REFUSED with the place */
export function calibrate(options: CalibrateOptions): { calibration: Calibration; fitted: FittedPhase[] } {
  const older = readCalibration(options.from);
  const fitted = fitReadings(readReadings(options.readings), options.readings);
  const { id = older.id, date, referencePercent, referenceDegrees } = options;
  const calibration = correctedCalibration(older, fitted, {
    id,
    ...(date === undefined ? {} : { date }),
    ...(referencePercent === undefined ? {} : { referencePercent }),
    ...(referenceDegrees === undefined ? {} : { referenceDegrees }),
  });
  return { calibration, fitted };
}

function readCalibration(file: string): Calibration {
  return checkCalibration(parseSettings(textOf(file), file, testbenchErrors.TESTBENCH_READINGS_REFUSED).value);
}

function readReadings(file: string): ReferenceReading[] {
  const refuse = testbenchErrors.TESTBENCH_READINGS_REFUSED;
  const text = textOf(file);
  if (!/\.(ya?ml|json)$/i.test(file)) return readingsFromCsv(text, file);
  const settings = parseSettings(text, file, refuse);
  if (!Array.isArray(settings.value)) throw refuse("The readings are not a list.", { file });
  return settings.value.map((row, k) => readingOf(row, settings.where([k]).line ?? 1, file));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw testbenchErrors.TESTBENCH_READINGS_REFUSED("The file cannot be read.", { file }, cause);
  }
}

function phaseText({ phase, voltageGain, levels, residuals, uncertainty }: FittedPhase): string {
  const worst = Math.max(...residuals.map(({ power }) => Math.abs(power)));
  const rows = levels.map(
    ({ amps, gain, lead }) =>
      `  ${amps.toPrecision(4)} A: ratio x ${gain.toFixed(6)}, leads by ${lead.toFixed(4)} degrees\n`,
  );
  return [
    `L${phase}: voltage x ${voltageGain.toFixed(6)}, ${residuals.length} readings\n`,
    ...rows,
    `  left after the fit: power ${worst.toFixed(3)} % of V x A at most; uncertainty (k = 2) voltage ${uncertainty.volts.toFixed(3)} %, power ${uncertainty.power.toFixed(3)} %, without the reference's own\n`,
  ].join("");
}

function notNegative(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < 100) return value;
  throw new InvalidArgumentError("It must be a number from 0 to below 100.");
}

function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError("It must be a day such as 2026-11-24.");
}

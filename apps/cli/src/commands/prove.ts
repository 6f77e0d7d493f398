/**
 * `csj prove`: checks the log of a gateway against a standard, from its files and the device's public key alone. It opens
 * no network and writes nothing, so it runs on a copy, on another machine, years later.
 */
import { join } from "node:path";
import { type Proof, Prover, type RuleResult, type Standard } from "@csj/export-limit";
import { readStandard, readStandardFile, standardIds, storedLines } from "@csj/gateway";
import { nodeDigest, nodeVerifier } from "@csj/runtime/node";
import { Command } from "commander";
import { errors } from "../errors.ts";
import { type DeviceKey, deviceKey } from "../prove/device-key.ts";
import { instant, rangeOf } from "../prove/range.ts";

export interface ProveOptions {
  readonly site: string;
  readonly from?: number;
  readonly to?: number;
  readonly folder?: string;
  readonly standard?: string;
  readonly standardFile?: string;
  readonly key?: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  csj prove --site site-01 --standard g100
  csj prove --site site-01 --from 2026-06-21 --to 2026-06-22 --standard as4777 --json
  csj prove --site site-01 --folder /mnt/copy --key 5f0c...a1 --standard-file operator.yaml

Without --to the time ends with the log's last signature, without --from it is the day before. Nothing is written, and the
gateway may be running. A rule that the log does not show enough for is "not shown" and never a pass.
docs/EVIDENCE.md says what this proves, and what not.
Exit codes: 0 every rule passed; 1 a rule failed or was not shown, or the chain is broken; 2 wrong use.`;

export function proveCommand(): Command {
  return new Command("prove")
    .description("check a gateway's log of evidence, offline, against a standard")
    .requiredOption("--site <id>", "whose log it is")
    .option("--from <instant>", "UTC, as in 2026-06-21 or 2026-06-21T10:00:00Z", instant)
    .option("--to <instant>", "UTC; not in the range itself", instant)
    .option("--folder <folder>", "the gateway's folder, or a copy of it; ./csj-home/SITE where not given")
    .option("--standard <id>", `${standardIds().join(", ")}; zero where not given`)
    .option("--standard-file <file>", "a standard's file with the operator's own numbers")
    .option("--key <hex>", "the device's public key; where not given, that of the folder's own identity")
    .option("--json", "the whole proof as one JSON object on stdout")
    .addHelpText("after", EXAMPLES)
    .action(async (options: ProveOptions) => {
      const { proof, key, standard } = await prove(options);
      process.stdout.write(
        options.json === true ? `${JSON.stringify(proof, null, 2)}\n` : report(proof, key, standard),
      );
      if (proof.result !== "pass") process.exitCode = 1;
    });
}

export interface Proved {
  readonly proof: Proof;
  readonly key: DeviceKey;
  readonly standard: Standard;
}

export async function prove(options: ProveOptions): Promise<Proved> {
  const home = options.folder ?? join("csj-home", options.site);
  const folder = join(home, "evidence");
  const standard = standardOf(options);
  if (storedLines(folder).next().done === true) throw errors.CLI_PROOF_NO_LOG("There is no log.", { file: folder });
  const key = deviceKey(options.key, home);
  const range = rangeOf(options.from, options.to, storedLines(folder));
  const prover = new Prover({ digest: nodeDigest, verifier: nodeVerifier(), key: key.hex, standard, range });
  for (const { file, line, text } of storedLines(folder)) await prover.add(file, line, text);
  const proof = prover.end();
  if (proof.site !== undefined && proof.site !== options.site) {
    throw errors.CLI_OPTION_INVALID(`The log is of the site ${proof.site}, not ${options.site}.`, { file: folder });
  }
  return { proof, key, standard };
}

function standardOf({ standard, standardFile }: ProveOptions): Standard {
  if (standard !== undefined && standardFile !== undefined) {
    throw errors.CLI_OPTION_INVALID("Give --standard or --standard-file, not both.");
  }
  return standardFile === undefined ? readStandard(standard) : readStandardFile(standardFile);
}

const MARKS = { pass: "pass     ", fail: "FAIL     ", "not-shown": "not shown" } as const;

function report(proof: Proof, key: DeviceKey, standard: Standard): string {
  const { range, chain, rules, gaps, undated } = proof;
  const lines = [
    `Site ${proof.site ?? "(not named)"}, ${iso(range.from)} to ${iso(range.to)}, held against ${standard.name}`,
    `Device key ${key.hex} (${key.from}); records ${chain.first ?? "-"} to ${chain.last ?? "-"}`,
    "",
    ...rules.map(ruleLine),
    "",
    ...gaps.slice(0, 10).map(({ from, to, why }) => `  nothing from ${iso(from)} to ${iso(to)}: ${why}`),
    ...(undated === 0 ? [] : [`  ${undated} records of a run that never knew the time prove nothing`]),
    `Result: ${MARKS[proof.result].trim()}`,
  ];
  return `${lines.join("\n")}\n`;
}

function ruleLine({ rule, result, says, clause, verified }: RuleResult): string {
  const source = clause === undefined ? "" : ` [${clause}${verified === true ? "" : "; number not verified"}]`;
  return `  ${MARKS[result]}  ${rule}: ${says}${source}`;
}

function iso(at: number): string {
  return new Date(at).toISOString().replace(".000Z", "Z");
}

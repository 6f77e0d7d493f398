/**
 * Holds a log against a standard: first whether the log is whole and signed, then each rule over the records of the range.
 * Everything comes from the records, the device's public key and the standard's data, so anybody can do it again.
 */
import type { Digest, Verifier } from "@csj/runtime";
import type { Standard } from "../standard/standard.ts";
import { Chain, type ChainReport } from "./chain.ts";
import { Collected, type Range } from "./collect.ts";
import { backWithin, lowestShare, response, trips } from "./held-rules.ts";
import { inRange, type Material, materialOf } from "./material.ts";
import { answer, lasted, type Result, type RuleResult, when, worst } from "./result.ts";
import { excursions, failsafe, lockouts } from "./state-rules.ts";

export interface Proof {
  readonly result: Result;
  readonly site: string | undefined;
  readonly standard: string;
  readonly range: Range;
  readonly key: string;
  readonly chain: ChainReport;
  readonly rules: readonly RuleResult[];
  /** Where the log says nothing. */
  readonly gaps: readonly { readonly from: number; readonly to: number; readonly why: string }[];
  /** Records of a run that never knew the time. */
  readonly undated: number;
}

export interface Asked {
  readonly digest: Digest;
  readonly verifier: Verifier;
  /** The device's raw public key, hex. */
  readonly key: string;
  readonly standard: Standard;
  readonly range: Range;
}

/** What led to a lockout may lie a day before, and a lockout lasts hours. */
const MARGIN_MS = 36 * 3_600_000;
const GAPS_MAX = 100;

export class Prover {
  readonly #asked: Asked;
  readonly #chain: Chain;
  readonly #collected: Collected;

  constructor(asked: Asked) {
    this.#asked = asked;
    this.#chain = new Chain(asked.digest, asked.verifier, asked.key);
    this.#collected = new Collected(asked.range, MARGIN_MS);
  }

  /** The lines of all files, from the oldest on. */
  async add(file: string, line: number, text: string): Promise<void> {
    const record = await this.#chain.add(file, line, text);
    if (record !== undefined) this.#collected.add(record);
  }

  end(): Proof {
    const { standard, range, key } = this.#asked;
    const chain = this.#chain.end();
    const { dated, undated, sites } = this.#collected.end();
    const material = materialOf(dated, range, standard);
    const held = [covered(material), ...rulesOf(material)];
    const rules = [whole(chain), signed(chain, range), ...(chain.broken === undefined ? held : held.map(doubted))];
    return {
      result: worst(rules.map(({ result }) => result)),
      site: sites.length === 1 ? sites[0] : undefined,
      standard: standard.id,
      range,
      key,
      chain,
      rules,
      gaps: material.gaps.slice(0, GAPS_MAX).map(({ from, to, why }) => ({ from, to, why })),
      undated,
    };
  }
}

/** What a changed log says for the site shows nothing; what it says against it still does. */
function doubted(rule: RuleResult): RuleResult {
  if (rule.result !== "pass") return rule;
  return { ...rule, result: "not-shown", says: `${rule.says}; but the chain is broken` };
}

function rulesOf(material: Material): RuleResult[] {
  return [
    backWithin(material),
    response(material),
    ...trips(material),
    ...excursions(material),
    ...lockouts(material),
    failsafe(material),
    ...lowestShare(material),
  ];
}

function whole({ broken, lines, removedBefore }: ChainReport): RuleResult {
  if (broken !== undefined) {
    return answer("chain", "fail", `broken at ${broken.file}:${broken.line}: ${broken.what}`);
  }
  if (lines === 0) return answer("chain", "not-shown", "there is no record");
  const gone =
    removedBefore === undefined ? "" : `; records before ${removedBefore} were removed to save room, as the log says`;
  return answer("chain", "pass", `${lines} records follow from one another${gone}`);
}

function signed({ lastSeal, seals }: ChainReport, range: Range): RuleResult {
  if (lastSeal === undefined) return answer("signed", "not-shown", "nothing is signed with this key");
  const until = lastSeal.wall_ms;
  if (until === null) return answer("signed", "not-shown", "the last signature has no trusted time");
  const says = `${seals} signatures, the last at ${when(until)}`;
  if (until >= range.to) return answer("signed", "pass", says);
  return answer("signed", "not-shown", `${says}: what came after could still be changed on the device`);
}

/** A gap shorter than the time that export may last hides nothing that would count. */
function covered({ gaps, standard, dated, range }: Material): RuleResult {
  const limit = standard.back_within_s.value * 1000;
  const long = gaps.filter(({ doubtMs }) => doubtMs > limit);
  const lost = dated.filter((one) => one.record.kind === "lost" && inRange(one, range)).length;
  const total = gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  const says = `nothing is known of ${lasted(total)}, in ${gaps.length} gaps${lost === 0 ? "" : `; records were lost ${lost} times`}`;
  const [first] = long;
  if (first === undefined) return answer("coverage", "pass", says);
  return answer("coverage", "not-shown", `${says}; from ${when(first.from)} to ${when(first.to)} ${first.why}`);
}

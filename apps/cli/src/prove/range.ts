/** The time that is asked for. Without `--to` it ends with the last signature; without `--from` it is the day before. */
import type { EvidenceRecord, ProofRange } from "@csj/export-limit";
import { recordOf } from "@csj/export-limit";
import type { StoredLine } from "@csj/gateway";
import { InvalidArgumentError } from "commander";
import { errors } from "../errors.ts";

const DAY_MS = 86_400_000;
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;

/** A day means its beginning in UTC. */
export function instant(text: string): number {
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError("It must be UTC, as in 2026-06-21 or 2026-06-21T10:00:00Z.");
  return at;
}

export function rangeOf(from: number | undefined, to: number | undefined, lines: Iterable<StoredLine>): ProofRange {
  const end = to ?? lastSeal(lines);
  const begin = from ?? end - DAY_MS;
  if (begin >= end) throw errors.CLI_OPTION_INVALID("--from must be before --to.");
  return { from: begin, to: end };
}

function lastSeal(lines: Iterable<StoredLine>): number {
  let last: number | undefined;
  for (const { text } of lines) {
    if (text.includes('"kind":"seal"')) last = wallOf(text) ?? last;
  }
  if (last === undefined)
    throw errors.CLI_PROOF_NO_LOG("Nothing in the log is signed with a time; give --from and --to.");
  return last;
}

function wallOf(text: string): number | undefined {
  try {
    const record: EvidenceRecord | undefined = recordOf(JSON.parse(text));
    return record?.wall_ms ?? undefined;
  } catch {
    return undefined;
  }
}

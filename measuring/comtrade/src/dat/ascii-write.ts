/**
 * Writes ASCII data. A count of 99999 means a missing value, so the format cannot hold that count: the range ends below
 * it. The 1999 edition has whole numbers only.
 */
import { comtradeErrors } from "../errors.ts";
import { type Counts, MISSING, type Recording, type Revision } from "../recording.ts";
import { joinBytes } from "../text.ts";
import type { AsciiData } from "./ascii-read.ts";
import { ASCII_MISSING, sameRecord } from "./samples.ts";

const CR = 13;
const COUNT_MAX = ASCII_MISSING - 1;
const COUNT_MIN = -99999;

/** With `before`, records that have not changed are taken from it byte by byte. */
export function writeAscii(recording: Recording, before: (AsciiData & { dat: Uint8Array }) | undefined): Uint8Array {
  const { samples } = recording;
  const parts: Uint8Array[] = [];
  const end = before?.dat.includes(CR) === false ? "\n" : "\r\n";
  for (let at = 0; at < samples.count; at++) {
    const same = before !== undefined && sameRecord(samples, before.samples, at);
    parts.push(
      same ? before.dat.subarray(before.bounds[at], before.bounds[at + 1]) : ascii(record(recording, at) + end),
    );
  }
  if (before !== undefined) parts.push(before.dat.subarray(before.bounds[samples.count]));
  return joinBytes(parts);
}

function record(recording: Recording, at: number): string {
  const { samples, revision } = recording;
  const stamp = samples.stamps[at] ?? Number.NaN;
  const fields = [String(samples.numbers[at]), Number.isNaN(stamp) ? "" : String(stamp)];
  for (const [channel, counts] of samples.analog.entries()) {
    fields.push(countText(counts, at, revision) ?? refuse(recording, channel, at));
  }
  for (const states of samples.digital) fields.push(states[at] === 1 ? "1" : "0");
  return fields.join(",");
}

/** Undefined for a count that the edition's ASCII cannot hold. */
function countText(counts: Counts, at: number, revision: Revision): string | undefined {
  const count = counts[at] ?? Number.NaN;
  if (Number.isNaN(count) || (counts instanceof Int32Array && count === MISSING)) {
    return revision === 1991 ? "" : String(ASCII_MISSING);
  }
  const held = Number.isInteger(count) ? count >= COUNT_MIN && count <= COUNT_MAX : revision === 2013;
  return held && Number.isFinite(count) ? String(count) : undefined;
}

function refuse({ samples, analog, revision }: Recording, channel: number, at: number): never {
  const what = `Sample ${at + 1} of ${analog[channel]?.name} is ${samples.analog[channel]?.[at]};`;
  const numbers = revision === 2013 ? "numbers" : "whole numbers";
  throw comtradeErrors.COMTRADE_NOT_WRITABLE(
    `${what} ASCII of ${revision} holds ${numbers} from ${COUNT_MIN} to ${COUNT_MAX}.`,
  );
}

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

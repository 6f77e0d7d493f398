/**
 * The registers that a meter latched at boundaries which this gateway missed, from the meter's own load profile (function 20).
 * Only meters whose profile is known here have one: today the measuring unit of this project, docs/METER.md, "Files".
 *
 * A record counts when its CRC holds, its number is the one looked for, and the meter's clock was neither set nor unknown
 * within it: a latched value under a wrong time would be an invented one.
 */
import { decodeInterval, type IntervalRecord, profileStatus } from "@csj/metrology";
import type { BusAccess, RegisterAccess } from "@csj/modbus";
import { type ChannelId, Instant } from "@csj/quantity";

export type ProfileAccess = Pick<RegisterAccess, "read"> & Pick<BusAccess, "readFileRecord">;

/** What it latched at each boundary, in Wh. */
export type LatchedCounts = ReadonlyMap<Instant, ReadonlyMap<ChannelId, number>>;

export interface ProfileReader {
  /** Boundaries after `from` and before `to`; those that the meter does not have are not in it. */
  read(from: Instant, to: Instant): Promise<LatchedCounts>;
}

/** Two days of half-hours: what is further back stays a span, exact in sum. */
export const FILLED_MAX = 96;
const NUMBERS_AT = 6000;
const FIRST_FILE = 100;
const RECORD_WORDS = 32;
const RECORDS_PER_FILE = 312;
const CAPACITY = 4320;
/** As many as fit in one answer. */
const RECORDS_PER_READ = 3;
const MWH_PER_WH = 1000;
const UNTIMED = profileStatus["clock-set"] | profileStatus["clock-unknown"];

export interface ProfileReaderOptions {
  readonly access: ProfileAccess;
  readonly unit: number;
  /** Which of the record's counts is which channel. */
  readonly channels: ReadonlyMap<ChannelId, number>;
}

export function profileReader({ access, unit, channels }: ProfileReaderOptions): ProfileReader {
  return {
    read: async (from, to) => {
      const found = new Map<Instant, ReadonlyMap<ChannelId, number>>();
      const { words } = await access.read({ unit, function: 3, address: NUMBERS_AT, count: 4 });
      const first = numberAt(words, 0);
      const last = numberAt(words, 2);
      for (let read = 0, next = last; next >= first && next > 0 && read < FILLED_MAX; read += RECORDS_PER_READ) {
        const wanted = [next, next - 1, next - 2].slice(0, RECORDS_PER_READ).filter((n) => n >= first && n > 0);
        const records = await readRecords(access, unit, wanted);
        for (const record of records) keep(record, from, to, channels, found);
        if (records.some(({ end }) => end * 1000 <= from)) break;
        next -= wanted.length;
      }
      return found;
    },
  };
}

function numberAt(words: Uint16Array, at: number): number {
  return (words[at] ?? 0) * 0x1_0000 + (words[at + 1] ?? 0);
}

async function readRecords(
  access: ProfileAccess,
  unit: number,
  sequences: readonly number[],
): Promise<IntervalRecord[]> {
  const places = sequences.map((sequence) => sequence % CAPACITY);
  const { records } = await access.readFileRecord({
    unit,
    records: places.map((place) => ({
      file: FIRST_FILE + Math.floor(place / RECORDS_PER_FILE),
      record: (place % RECORDS_PER_FILE) * RECORD_WORDS,
      count: RECORD_WORDS,
    })),
  });
  return records.flatMap((words, k) => {
    const record = decodeInterval(bytesOf(words));
    return record?.sequence === sequences[k] ? [record as IntervalRecord] : [];
  });
}

function bytesOf(words: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * words.length);
  words.forEach((word, at) => {
    bytes[2 * at] = word >> 8;
    bytes[2 * at + 1] = word & 0xff;
  });
  return bytes;
}

function keep(
  { end, status, counts }: IntervalRecord,
  from: Instant,
  to: Instant,
  channels: ReadonlyMap<ChannelId, number>,
  found: Map<Instant, ReadonlyMap<ChannelId, number>>,
): void {
  const at = Instant(end * 1000);
  if (at <= from || at >= to || (status & UNTIMED) !== 0) return;
  found.set(at, new Map([...channels].map(([id, place]) => [id, Math.floor((counts[place] ?? 0) / MWH_PER_WH)])));
}

/**
 * Adds records up to one of a longer interval. Each part counts the same, as the standard says ("square root of the
 * arithmetic mean of the squared input values"). What was not measured in one part is not known of the whole: NaN goes
 * through, 0 is never put in its place.
 */
import { type AggregateRecord, type Gathered, type IntervalKind, makeAggregateRecord } from "./record.ts";

const squared = ["rms", "harmonics", "interharmonics", "thd"] as const;
const plain = ["mean", "active", "apparent", "activeFundamental", "reactiveFundamental"] as const;

/** Parts that are aggregates themselves bring the extremes of their own parts. */
type Part = Gathered & Partial<Pick<AggregateRecord, "rmsMin" | "rmsMax">>;

export class Gatherer {
  /** Sums while it gathers, the result after `finish`. */
  readonly record: AggregateRecord;

  constructor(kind: IntervalKind) {
    this.record = makeAggregateRecord(kind);
    this.clear();
  }

  clear(): void {
    const record = this.record;
    for (const name of [...squared, ...plain]) record[name].fill(0);
    record.rmsMin.fill(Number.POSITIVE_INFINITY);
    record.rmsMax.fill(Number.NEGATIVE_INFINITY);
    record.unbalanceNegative = 0;
    record.unbalanceZero = 0;
    record.parts = 0;
    record.seconds = 0;
    record.cycles = 0;
    record.missing = 0;
    record.locked = true;
    record.flagged = false;
    record.overlapping = false;
    record.start = Number.NaN;
  }

  add(part: Part): void {
    const record = this.record;
    if (record.parts === 0) record.from = part.from;
    record.to = part.to;
    record.parts++;
    record.seconds += part.seconds;
    record.cycles += part.cycles;
    record.locked &&= part.locked;
    record.flagged ||= part.flagged;
    for (const name of squared) addSquares(record[name], part[name]);
    for (const name of plain) addValues(record[name], part[name]);
    widen(record, part.rmsMin ?? part.rms, part.rmsMax ?? part.rms);
    record.unbalanceNegative += part.unbalanceNegative ** 2;
    record.unbalanceZero += part.unbalanceZero ** 2;
  }

  /** Turns the sums into the record of the interval. */
  finish(): AggregateRecord {
    const record = this.record;
    const { parts } = record;
    for (const name of squared) rootMean(record[name], parts);
    for (const name of plain) {
      const values = record[name];
      for (let k = 0; k < values.length; k++) values[k] = values[k]! / parts;
    }
    record.unbalanceNegative = Math.sqrt(record.unbalanceNegative / parts);
    record.unbalanceZero = Math.sqrt(record.unbalanceZero / parts);
    record.frequency = record.cycles / record.seconds;
    return record;
  }
}

function addSquares(sums: Float64Array, values: Float64Array): void {
  for (let k = 0; k < sums.length; k++) sums[k] = sums[k]! + values[k]! * values[k]!;
}

function addValues(sums: Float64Array, values: Float64Array): void {
  for (let k = 0; k < sums.length; k++) sums[k] = sums[k]! + values[k]!;
}

function widen(record: AggregateRecord, low: Float64Array, high: Float64Array): void {
  for (let k = 0; k < low.length; k++) {
    record.rmsMin[k] = Math.min(record.rmsMin[k]!, low[k]!);
    record.rmsMax[k] = Math.max(record.rmsMax[k]!, high[k]!);
  }
}

function rootMean(sums: Float64Array, parts: number): void {
  for (let k = 0; k < sums.length; k++) sums[k] = Math.sqrt(sums[k]! / parts);
}

/**
 * One register format for the counts of a message. They differ when a meter was exchanged for another model, and the
 * step of a float32 register grows with its value. Counts are brought to the finest count that both have, and a rollover
 * within a series becomes plain growth, so that differences stay what they were.
 */
import { growth, type RegisterFormat } from "@csj/reading";

export interface FormattedCount extends RegisterFormat {
  readonly count: number;
  readonly broken: boolean;
}

export interface CommonFormat {
  readonly format: RegisterFormat;
  /** In the order given. */
  readonly counts: readonly number[];
}

/** Wide enough for any rescaled count: 10^15 Wh is a power station's century. */
const DIGITS_MAX = 15;

/** The counts must be of one channel, oldest first, at least one. */
export function commonFormat(reads: readonly FormattedCount[]): CommonFormat {
  const first = reads[0] as FormattedCount;
  const step = Math.max(...reads.map((read) => read.step));
  const same = reads.every((read) => read.perCount === first.perCount && read.digits === first.digits);
  if (same) {
    const { unit, perCount, digits } = first;
    return { format: { unit, perCount, digits, step }, counts: reads.map((read) => read.count) };
  }
  const perCount = reads.map((read) => read.perCount).reduce(greatestCommonDivisor);
  const stepAmount = Math.max(...reads.map((read) => read.step * read.perCount));
  const format = { unit: first.unit, perCount, digits: DIGITS_MAX, step: Math.ceil(stepAmount / perCount) };
  return { format, counts: unrolled(reads).map((amount) => amount / perCount) };
}

/** Amounts (Wh) that only grow within a series. */
function unrolled(reads: readonly FormattedCount[]): number[] {
  const amounts: number[] = [];
  reads.forEach((read, at) => {
    const before = reads[at - 1];
    const inSeries =
      before !== undefined && !read.broken && before.digits === read.digits && before.perCount === read.perCount;
    amounts.push(
      inSeries
        ? (amounts[at - 1] as number) + growth(before.count, read.count, read.digits) * read.perCount
        : read.count * read.perCount,
    );
  });
  return amounts;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

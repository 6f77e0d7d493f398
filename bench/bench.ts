/** What a bench is given and what it gives. It checks the values that it moves: a fast wrong answer throws. */
export interface Row {
  /** Which load, e.g. `tcp-sequential`. */
  readonly case: string;
  /** Who carried it, e.g. `csj` or a library's name. */
  readonly subject: string;
  /** What was measured, e.g. `reads_per_s`. */
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
}

export interface BenchOptions {
  /** A simulated week, where a bench has one. */
  readonly week?: boolean;
  /** Longer rounds; without it a bench ends within 40 s. */
  readonly full: boolean;
  /** A folder of the bench's own data, where it takes one. */
  readonly data?: string | undefined;
  progress(text: string): void;
}

export type Bench = (options: BenchOptions) => Promise<Row[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

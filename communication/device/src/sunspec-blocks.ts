/** The registers of models 704 and 123 that one limit writes, which lie one behind the other. */

export const blocks = { 704: { first: "WMaxLimPctEna", size: 6 }, 123: { first: "WMaxLimPct", size: 5 } } as const;

/** "Not implemented" in 16 bits: it is written back as it was, since some inverters refuse any other word there. */
export const ABSENT = 0xffff;

/** Times of model 123 may be missing; the limit and its switch may not, nor anything that 704's fail-safe needs. */
export function optional(model: 123 | 704, at: number): boolean {
  return model === 123 && at >= 1 && at <= 3;
}

/** The limit and its switch, which are written every time; the rest only where it differs from what the device held. */
export function isLimit(model: 123 | 704, at: number): boolean {
  return model === 123 ? at === 0 || at === 4 : at <= 1;
}

export interface BlockValues {
  readonly count: number;
  readonly fallback: number;
  readonly silenceSeconds: number;
}

export function blockOf(model: 123 | 704, { count, fallback, silenceSeconds }: BlockValues): number[] {
  // Pct, WinTms, RvrtTms, RmpTms, Ena.
  if (model === 123) return [count, 0, silenceSeconds, 0, 1];
  // Ena, Pct, PctRvrt, EnaRvrt, RvrtTms in two registers.
  return [1, count, fallback, 1, silenceSeconds >>> 16, silenceSeconds & 0xffff];
}

export function heldOf(model: 123 | 704, block: readonly number[]): { on: number; count: number } {
  const [on, count] = model === 123 ? [block[4], block[0]] : [block[0], block[1]];
  return { on: on ?? ABSENT, count: count ?? ABSENT };
}

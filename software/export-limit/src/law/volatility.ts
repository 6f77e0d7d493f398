/** How much of the home's use goes away at once, as it usually does on this site: a margin can be made of it. */

/** The largest fall counts ever less: to a third after this time. */
const MEMORY_MS = 600_000;

export interface Volatility {
  readonly home: number | undefined;
  readonly at: number | undefined;
  /** W by which the home's use fell between two pictures. */
  readonly fall: number;
}

export const calm: Volatility = { home: undefined, at: undefined, fall: 0 };

export function watchVolatility(before: Volatility, home: number, at: number, rated: number): Volatility {
  if (!Number.isFinite(home) || !Number.isFinite(at)) return before;
  const elapsed = Math.max(0, at - (before.at ?? at));
  const kept = before.fall * Math.exp(-elapsed / MEMORY_MS);
  const fallen = Math.min(rated, Math.max(0, (before.home ?? home) - home));
  return { home, at, fall: Math.max(kept, fallen) };
}

/** A load that is known by formula: second n has n % 7000 W, every third second as export. */
export const spec = { register: { perCount: 0.001, digits: 12 }, noLoadAmps: 0 };

export function secondOf(at, from) {
  const second = (at - from) / 1000;
  const watts = wattsOf(second);
  const rms = new Float64Array(8).fill(Number.NaN);
  rms[0] = 230;
  rms[4] = Math.abs(watts) / 230;
  return {
    from: second - 1,
    to: second,
    at,
    seconds: 1,
    frequency: 50,
    locked: true,
    rms,
    mean: new Float64Array(8),
    active: Float64Array.of(watts, Number.NaN, Number.NaN),
    reactive: Float64Array.of(0, Number.NaN, Number.NaN),
  };
}

export function wattsOf(second) {
  return second % 3 === 0 ? -(second % 7000) : second % 7000;
}

/** Import and export in counts of 1 mWh after whole seconds 1 to n, exact. */
export function countsAfter(seconds) {
  let imported = 0n;
  let exported = 0n;
  for (let second = 1; second <= seconds; second += 1) {
    const watts = wattsOf(second);
    if (watts > 0) imported += BigInt(watts);
    else exported += BigInt(-watts);
  }
  return [Number((imported * 1000n) / 3600n), Number((exported * 1000n) / 3600n)];
}

/**
 * Transformer ratios that a meter holds and does not apply to its values. A recorded meter with 200:1 transformers shows
 * -15.1 W where 3 kW flow: unnoticed, a limit would be kept to a two-hundredth of what is really exported.
 */

export interface Ratios {
  readonly current: number;
  readonly voltage: number;
}

export const noRatios: Ratios = { current: 1, voltage: 1 };

/** By what a value of this unit is multiplied; 1 for what no transformer changes. */
export function ratioOf(unit: string, { current, voltage }: Ratios): number {
  if (unit === "A") return current;
  if (unit === "V") return voltage;
  return powersAndEnergies.has(unit) ? current * voltage : 1;
}

const powersAndEnergies = new Set(["W", "VA", "var", "Wh", "varh", "VAh"]);

/**
 * The energies that a four-quadrant meter registers, per phase and in total. Quadrants as in IEC 62053-23: I active and
 * reactive both imported (inductive), II active exported and reactive imported, III both exported, IV active imported and
 * reactive exported. Reactive import is I + II and export III + IV; both follow from the quadrants, so they are sums and
 * no registers of their own.
 */
export const energyKinds = [
  "active-import",
  "active-export",
  "reactive-q1",
  "reactive-q2",
  "reactive-q3",
  "reactive-q4",
  "apparent-import",
  "apparent-export",
] as const;
export type EnergyKind = (typeof energyKinds)[number];

export const ENERGY_KINDS = energyKinds.length;

/** Places: phases L1 to L3, then the total. */
export const energyPlaces = ["l1", "l2", "l3", "total"] as const;
export type EnergyPlace = (typeof energyPlaces)[number];
export const TOTAL_PLACE = 3;

/** Place of a register in each array of registers. */
export function registerIndex(kind: number, place: number): number {
  return place * ENERGY_KINDS + kind;
}

export const REGISTERS = ENERGY_KINDS * energyPlaces.length;

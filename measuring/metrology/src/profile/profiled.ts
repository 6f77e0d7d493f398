/** The totals of a bank as the load profile and its snapshots hold them: reactive energy as import (I + II) and export. */
import { energyKinds, registerIndex, TOTAL_PLACE } from "../register/energy-kind.ts";
import type { EnergyRegister } from "../register/energy-register.ts";

/** Counts by `profiledKinds`. A sum of quadrants' counts may trail the true sum by one count, and never falls. */
export function profiledCounts(registers: readonly EnergyRegister[]): number[] {
  const count = (kind: (typeof energyKinds)[number]) =>
    registers[registerIndex(energyKinds.indexOf(kind), TOTAL_PLACE)]?.count ?? 0;
  return [
    count("active-import"),
    count("active-export"),
    count("reactive-q1") + count("reactive-q2"),
    count("reactive-q3") + count("reactive-q4"),
    count("apparent-import"),
    count("apparent-export"),
  ];
}

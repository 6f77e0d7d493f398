/** One unit as sharing sees it in one cycle: what it can feed now, and what it can use. */
import type { UnitImage } from "../site.ts";
import { type Estimate, estimated } from "./estimate.ts";
import { exposureOf } from "./exposure.ts";
import { type Plate, plateOf } from "./plate.ts";
import type { FleetOptions, FleetUnit, Pending, UnitState } from "./types.ts";

export interface Unit {
  readonly plate: Plate;
  readonly before: UnitState | undefined;
  /** The most that it may feed until it has followed all that it was told. */
  readonly ceiling: number;
  /** The highest limit that may be in force: its register may still hold it, or its dead time is not over. */
  readonly holds: number;
  /** What it counts as where it cannot be commanded. */
  readonly assumed: number | undefined;
  /** What it feeds now: its output where that is known, else the ceiling. */
  readonly feeds: number;
  /** True where it feeds more than any limit allows that it may still follow. */
  readonly isOver: boolean;
  /** What it can use, as far as is known. */
  readonly need: number;
  readonly estimate: Estimate;
  readonly pending: readonly Pending[];
  readonly lastOutput: UnitState["lastOutput"];
  readonly strange: boolean;
}

export function unitOf(
  spec: FleetUnit,
  before: UnitState | undefined,
  image: UnitImage | undefined,
  options: FleetOptions,
): Unit {
  const plate = plateOf(spec);
  const estimate = estimated(plate, before, image, options);
  const need = Math.min(plate.top, Math.max(plate.floor, (estimate.shown ?? plate.top) + estimate.probe));
  return { plate, before, ...exposureOf(plate, before, image, options), need, estimate };
}

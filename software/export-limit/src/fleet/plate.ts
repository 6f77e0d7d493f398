/** A unit's facts in W and ms, with what makes no sense replaced by its worst case. */
import { phases } from "../site.ts";
import type { FleetUnit } from "./types.ts";

/** A first-order answer has come within 2 % after four time constants. */
const TIME_CONSTANTS = 4;

/** Rounding noise of a division, in steps. */
const NOISE = 1e-9;

/** Less than this many watts is none. */
const NOTHING = 1e-6;

export interface Plate {
  readonly id: string;
  /** False where nothing bounds what it may feed. */
  readonly isBounded: boolean;
  /** The highest limit that it is ever given. */
  readonly top: number;
  /** The lowest limit above standby, on the grid of its steps. */
  readonly floor: number;
  readonly quantum: number;
  readonly deadTime: number;
  /** From the write until its output is where the limit says. */
  readonly settle: number;
  /** Its share on L1, L2 and L3. */
  readonly weights: readonly [number, number, number];
  readonly spec: FleetUnit;
}

export function plateOf(spec: FleetUnit): Plate {
  const rated = positive(spec.rated);
  const quantum = (spec.quantum >= 0 && spec.quantum <= 1 ? spec.quantum : 1) * rated;
  const top = spec.cap === undefined ? rated : roundedDown(positive(spec.cap), { quantum, top: rated });
  const floor = Math.min(1, positive(spec.floor)) * rated;
  const time = positive(spec.response.time) * (spec.response.kind === "ramp" ? 1 : TIME_CONSTANTS);
  return {
    id: spec.id,
    isBounded: rated > 0,
    top,
    floor: Math.min(top, quantum > 0 ? Math.ceil(floor / quantum - NOISE) * quantum : floor),
    quantum,
    deadTime: positive(spec.deadTime),
    settle: positive(spec.deadTime) + time,
    weights: weightsOf(spec),
    spec,
  };
}

/** To the steps of the device, which never gives more than was asked. */
export function roundedDown(watts: number, { quantum, top }: Pick<Plate, "quantum" | "top">): number {
  if (!(watts > NOTHING)) return 0;
  if (watts >= top) return top;
  return quantum > 0 ? Math.min(top, Math.floor(watts / quantum + NOISE) * quantum) : watts;
}

/** Rounded down, and 0 where that is below what keeps the unit awake. */
export function usable(watts: number, plate: Plate): number {
  const rounded = roundedDown(watts, plate);
  return rounded < plate.floor ? 0 : rounded;
}

export function finite(watts: number | undefined): number | undefined {
  return watts !== undefined && Number.isFinite(watts) ? watts : undefined;
}

function positive(value: number): number {
  return value > 0 && value < Infinity ? value : 0;
}

function weightsOf({ phase }: FleetUnit): readonly [number, number, number] {
  const on = (at: number) => (phase === "all" ? 1 / 3 : phase === phases[at] ? 1 : 0);
  return [on(0), on(1), on(2)];
}

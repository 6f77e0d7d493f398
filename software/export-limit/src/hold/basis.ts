/**
 * The law over all phases together, or one law for each phase. On a phase the inverters' part of it is their rating there;
 * a phase that no inverter feeds has no law.
 */
import { Watts } from "@csj/quantity";
import type { Config, Decision, Image } from "../control.ts";
import type { FleetUnit, Total } from "../fleet/types.ts";
import { probeCleared } from "../law/probe.ts";
import { type PerPhase, type PhasedTimed, phases } from "../site.ts";
import { initialState, type State } from "../state.ts";
import { capped, step } from "../step.ts";
import type { HoldConfig, HoldImage } from "./hold.ts";

/** The law's states: one, or one for each phase. */
export type Bases = readonly State[];

/** A person has looked at the meter: what its tests found is forgotten, and they begin anew. */
export const lookedAt = (bases: Bases): Bases => bases.map((state) => ({ ...state, probe: probeCleared() }));

export const initialBases = (): Bases => [initialState(), initialState(), initialState()];

export interface Capped {
  readonly state: Bases;
  /** What may be fed, for the fleet. */
  readonly total: Total;
  readonly limit: Watts;
}

export interface Lawful {
  /** Of the site; on a basis of phases that of the one that holds it back most, with the limit of all. */
  readonly decision: Decision;
  /** The law's state that the decision comes from, for its sentence. */
  readonly state: State;
  readonly image: Image;
  readonly config: Config;
  /** The law with the limit of all inverters together capped. It never raises. */
  capped(ceiling: number): Capped;
}

export function lawOf(before: Bases, image: HoldImage, config: HoldConfig): Lawful {
  return config.basis === "net" ? netLaw(before, image, config) : phaseLaw(before, image, config);
}

function netLaw(before: Bases, { now, grid, pv }: HoldImage, { law }: HoldConfig): Lawful {
  const image: Image = { now, grid, pv, ...(grid?.words === undefined ? {} : { gridWords: grid.words }) };
  const { state, decision } = step(before[0] ?? initialState(), image, law);
  return {
    decision,
    state,
    image,
    config: law,
    capped: (ceiling) => {
      const limit = Watts(Math.max(0, Math.min(decision.limit, ceiling)) || 0);
      return { state: [capped(state, limit), ...before.slice(1)], total: limit, limit };
    },
  };
}

function phaseLaw(before: Bases, image: HoldImage, { law, units }: HoldConfig): Lawful {
  const steps = phases.map((_, index) => {
    const config = onPhase(law, units, index);
    const words = image.grid?.words === undefined ? {} : { gridWords: image.grid.words };
    const part: Image = { now: image.now, grid: partOf(image.grid, index), pv: partOf(image.pv, index), ...words };
    return { ...step(before[index] ?? initialState(), part, config), part, config };
  });
  const fed = steps.filter(({ config }) => config.rated > 0);
  const worst =
    fed.find(({ decision }) => decision.safe) ?? [...fed].sort((a, b) => share(a) - share(b))[0] ?? steps[0];
  if (worst === undefined) throw new Error("there are three phases");
  const sum = fed.reduce((all, { decision }) => all + decision.limit, 0);
  return {
    decision: { ...worst.decision, limit: Watts(sum) },
    ...{ state: worst.state, image: worst.part, config: worst.config },
    capped: (ceiling) => {
      const factor = sum > ceiling ? Math.max(0, ceiling) / sum || 0 : 1;
      const limits = steps.map(({ decision }) => decision.limit * factor);
      return {
        state: steps.map(({ state }, index) => capped(state, limits[index] ?? 0)),
        total: limits as unknown as PerPhase,
        limit: Watts(limits.reduce((all, limit) => all + limit, 0)),
      };
    },
  };
}

const share = ({ decision, config }: { readonly decision: Decision; readonly config: Config }) =>
  decision.limit / config.rated;

function partOf(power: PhasedTimed | undefined, index: number): Image["grid"] {
  const watts = power?.phases?.[index];
  return power === undefined || watts === undefined ? undefined : { watts: Watts(watts), at: power.at };
}

/** The law's settings on one phase: the inverters' part there. */
function onPhase(law: Config, units: readonly FleetUnit[], index: number): Config {
  const weight = ({ phase }: FleetUnit) => (phase === "all" ? 1 / 3 : phase === phases[index] ? 1 : 0);
  const rated = units.reduce((sum, unit) => sum + unit.rated * weight(unit), 0);
  const part = law.rated > 0 ? rated / law.rated : 0;
  const plant = units
    .filter((unit) => rated > 0 && weight(unit) > 0)
    .map((unit) => ({ share: (unit.rated * weight(unit)) / rated, deadTime: unit.deadTime, response: unit.response }));
  return {
    ...law,
    rated: Watts(rated),
    safeLimit: Watts(law.safeLimit * part),
    margin: Watts(law.margin / 3),
    plausible: law.plausible,
    ...(law.plant === undefined ? {} : { plant }),
  };
}

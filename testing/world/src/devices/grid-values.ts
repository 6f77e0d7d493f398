/**
 * Voltages, currents and reactive power around a known active power: plausible, deterministic, and nothing that energy
 * depends on. The voltage falls with import and rises with export over the service line, and drifts slowly; the
 * frequency wanders around 50 Hz.
 */
import type { SiteSpec } from "../spec.ts";
import { type Flows, type MeterRole, meteredPhases, phasesOf } from "./phases.ts";
import { type MeterPicture, type Phases, powerFactor } from "./picture.ts";

export interface Shown {
  readonly at: number;
  readonly watts: number;
  /** For the reactive part, which the load makes. */
  readonly loadW: number;
  /** What flowed, and what the meter's transformers made of it; absent in a world that was saved before. */
  readonly flows?: Flows | undefined;
  readonly gain?: number | undefined;
  /** Picked up by a transformer that sees nothing. */
  readonly noise?: number | undefined;
  readonly importWh: number;
  readonly exportWh: number;
  readonly varh: number;
}

const NOMINAL_V = 232;
/** A service line of 0.25 ohm drops about this much per watt on one phase. */
const VOLTS_PER_WATT = 0.25 / 230;
const DRIFT_V = 2.5;
const DRIFT_PERIOD_MS = 5_400_000;
const HERTZ_WANDER = 0.03;
const HERTZ_PERIOD_MS = 97_000;

export function frequencyAt(at: number): number {
  return 50 + HERTZ_WANDER * Math.sin((2 * Math.PI * (at % HERTZ_PERIOD_MS)) / HERTZ_PERIOD_MS);
}

export function voltageAt(at: number, phase: number, watts: number): number {
  const turn = (at % DRIFT_PERIOD_MS) / DRIFT_PERIOD_MS + phase / 3;
  return NOMINAL_V + DRIFT_V * Math.sin(2 * Math.PI * turn) - watts * VOLTS_PER_WATT;
}

/** Before the first update. */
export const nothingShown: Shown = { at: 0, watts: 0, loadW: 0, importWh: 0, exportWh: 0, varh: 0 };

export function showMeter(spec: SiteSpec, shown: Shown, role: MeterRole, rotated: boolean): MeterPicture {
  const metered = meteredPhases(spec, role);
  const hertz = frequencyAt(shown.at);
  const shares = spec.phases === 3 ? spec.loadShares : ([1, 0, 0] as const);
  const phaseWatts = shownPhases(spec, shown, role, rotated);
  const phaseVars = map((phase) => shown.loadW * spec.reactiveShare * shares[phase]);
  const volts = map((phase) => (phase < metered ? voltageAt(shown.at, phase, phaseWatts[phase]) : 0));
  const vars = shown.loadW * spec.reactiveShare;
  const voltAmps = Math.hypot(shown.watts, vars);
  return {
    phases: metered,
    watts: shown.watts,
    phaseWatts,
    vars,
    phaseVars,
    voltAmps,
    powerFactor: powerFactor(shown.watts, voltAmps),
    volts,
    amps: map((phase) => (volts[phase] === 0 ? 0 : Math.hypot(phaseWatts[phase], phaseVars[phase]) / volts[phase])),
    hertz,
    importWh: shown.importWh,
    exportWh: shown.exportWh,
    importVarh: shown.varh,
    exportVarh: 0,
  };
}

function map(of: (phase: 0 | 1 | 2) => number): Phases {
  return [of(0), of(1), of(2)];
}

/** A meter of one phase has all of it on its only one. */
function shownPhases(spec: SiteSpec, shown: Shown, role: MeterRole, rotated: boolean): Phases {
  const { watts, flows, gain = 1, noise = 0 } = shown;
  if (flows === undefined || Number.isNaN(watts)) return [watts, watts * 0, watts * 0];
  if (meteredPhases(spec, role) === 1) return [watts, 0, 0];
  const [l1, l2, l3] = phasesOf(spec, role, flows);
  const seen: Phases = rotated ? [l3, l1, l2] : [l1, l2, l3];
  return [gain * seen[0] + noise, gain * seen[1], gain * seen[2]];
}

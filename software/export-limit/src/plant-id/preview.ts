/**
 * The site's worst case before it happens: the real `step` against a plant with the parameters that were found, full sun,
 * and the largest load falling away at once. It is a simulation and says so wherever it is shown.
 */
import { Millis, Watts } from "@csj/quantity";
import type { Config, Image } from "../control.ts";
import { initialState, type State } from "../state.ts";
import { step } from "../step.ts";
import type { ResponseKind } from "./response-fit.ts";

export interface PreviewPlant {
  readonly deadTime: number;
  readonly kind: ResponseKind;
  readonly time: number;
  /** ms. */
  readonly meterPeriod: number;
  readonly bus: number;
  readonly cycle: number;
  /** The load before and after it fell, in W. */
  readonly loadBefore: number;
  readonly loadAfter: number;
  /** Output per commanded W. */
  readonly scale: number;
}

export interface Preview {
  /** s for which export was above the allowed and its tolerance, in all after the fall. */
  readonly overS: number;
  readonly exportedWh: number;
  readonly peakW: number;
  /** The two s before the fall and what followed: for a plot, ten points a second. */
  readonly path: readonly { readonly at: number; readonly grid: number; readonly pv: number; readonly limit: number }[];
}

const STEP_MS = 20;
/** Long enough for a limit that rises by 2 %/s to be up; then the load falls. */
const SETTLE_MS = 90_000;
const AFTER_MS = 60_000;
const SHOWN_BEFORE_MS = 2_000;
const PLOT_EVERY_MS = 100;

interface Running {
  state: State;
  limit: number;
  output: number;
  shown: number;
  readonly writes: { at: number; watts: number }[];
}

export function preview(plant: PreviewPlant, config: Config, tolerance: number): Preview {
  const run: Running = {
    state: initialState(),
    limit: 0,
    output: 0,
    shown: plant.loadBefore,
    writes: [{ at: 0, watts: 0 }],
  };
  const path: Preview["path"][number][] = [];
  let over = 0;
  let joules = 0;
  let peak = 0;
  for (let at = 0; at < SETTLE_MS + AFTER_MS; at += STEP_MS) {
    const load = at < SETTLE_MS ? plant.loadBefore : plant.loadAfter;
    const grid = advance(run, plant, config, at, load);
    const beyond = -grid - config.allowedExport;
    if (at >= SETTLE_MS && beyond > tolerance) {
      over += STEP_MS;
      peak = Math.max(peak, -grid);
    }
    if (at >= SETTLE_MS && beyond > 0) joules += (beyond * STEP_MS) / 1000;
    if (at >= SETTLE_MS - SHOWN_BEFORE_MS && at % PLOT_EVERY_MS === 0)
      path.push({ at: at - SETTLE_MS, grid, pv: run.output, limit: run.limit });
  }
  return { overS: over / 1000, exportedWh: joules / 3600, peakW: peak, path };
}

/** One step of the plant, and of the controller where a cycle is due; gives the true grid power. */
function advance(run: Running, plant: PreviewPlant, config: Config, at: number, load: number): number {
  moveOutput(run, plant, config.rated, at);
  const grid = load - run.output;
  // The home's own restlessness: a meter that stands still to the last digit is taken for a frozen one.
  if (at % rounded(plant.meterPeriod) === 0) run.shown = grid + ((at / STEP_MS) % 7) / 10;
  if (at % rounded(plant.cycle) !== 0) return grid;
  const image: Image = {
    now: Millis(at + plant.bus),
    grid: { watts: Watts(run.shown), at: Millis(at) },
    pv: { watts: Watts(run.output), at: Millis(at) },
  };
  const { state, decision } = step(run.state, image, config);
  run.state = state;
  run.limit = decision.limit;
  run.writes.push({ at: at + plant.bus, watts: decision.limit });
  return grid;
}

/** Full sun: nothing but the limit holds the output. */
function moveOutput(run: Running, { deadTime, kind, time, scale }: PreviewPlant, rated: number, at: number): void {
  while (run.writes.length > 1 && (run.writes[1] as { at: number }).at <= at - deadTime) run.writes.shift();
  const first = run.writes[0] as { at: number; watts: number };
  const target = Math.min(rated, first.watts * scale);
  if (kind === "first-order") run.output = target + (run.output - target) * Math.exp(-STEP_MS / Math.max(1, time));
  else {
    const most = (rated * STEP_MS) / Math.max(1, time);
    run.output += Math.max(-most, Math.min(most, target - run.output));
  }
}

function rounded(ms: number): number {
  return Math.max(STEP_MS, Math.round(ms / STEP_MS) * STEP_MS);
}

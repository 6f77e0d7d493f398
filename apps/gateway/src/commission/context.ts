/** What a step works with, and the two things that every step does: sample for a while, and hold an inverter meanwhile. */
import type { TestPoint } from "@csj/export-limit";
import { Watts } from "@csj/quantity";
import { errors } from "../errors.ts";
import type { Answers, CommissionRule, LiveNumbers, StepResult } from "./shapes.ts";
import type { CommissionSite, GridSeen, Inverter } from "./site.ts";

export interface StepContext {
  readonly site: CommissionSite;
  readonly rule: CommissionRule;
  readonly answers: Answers;
  /** Of the steps before, by id. */
  readonly results: ReadonlyMap<string, StepResult>;
  /** Where the state and the report are. */
  say(text: string): void;
  show(live: Partial<LiveNumbers>): void;
  cancelled(): boolean;
}

/** Twice as fast as the fastest common meter shows anything new. */
export const SAMPLE_MS = 250;
/** A 704's timer must not run out while a limit is held. */
const REARM_MS = 2_000;
/** Steady: the last four seconds lie within this share of the rating. */
const STEADY_MS = 4_000;
const STEADY_WITHIN = 0.01;

/** On a slow bus a hold lasts until there is something to fit. */
const SAMPLES_MIN = 12;

export interface Seen {
  readonly outputs: TestPoint[];
  readonly grids: GridSeen[];
}

export function stopIfCancelled(context: StepContext): void {
  if (context.cancelled()) throw errors.GATEWAY_COMMISSION_CANCELLED("The step was stopped by the installer.");
}

/** One look at grid and output, added to what was seen. */
export async function look(context: StepContext, inverter: Inverter | undefined, seen: Seen): Promise<void> {
  stopIfCancelled(context);
  const started = context.site.now();
  const [grid, output] = await Promise.all([
    context.site.readGrid(),
    inverter === undefined ? undefined : context.site.readOutput(inverter),
  ]);
  if (grid !== undefined) seen.grids.push(grid);
  if (output !== undefined) seen.outputs.push(output);
  context.show({ grid_w: grid?.total ?? null, ...(inverter === undefined ? {} : { output_w: output?.watts ?? null }) });
  await context.site.wait(SAMPLE_MS - (context.site.now() - started));
}

export interface Hold {
  readonly limit: number;
  /** ms; the hold ends when the output is steady, and at the latest after `most`. */
  readonly least: number;
  readonly most: number;
  /** The output must have moved by this before it counts as steady: dead time looks steady as well. */
  readonly moved: number;
  readonly rated: number;
}

/** Writes a limit, holds it, and samples until the output is steady. Gives the limit that was really written. */
export async function holdLimit(context: StepContext, inverter: Inverter, hold: Hold, seen: Seen): Promise<TestPoint> {
  const { site } = context;
  const { limiter } = inverter;
  const written = await limiter.limitTo(Watts(hold.limit));
  const command = { at: site.now(), watts: written };
  context.show({ limit_w: written });
  const before = seen.outputs.at(-1)?.watts;
  const from = seen.outputs.length;
  let armed: number = command.at;
  while (site.now() - command.at < hold.most) {
    await look(context, inverter, seen);
    if (limiter.facts.onSilence === "falls-to-value" && site.now() - armed >= REARM_MS) {
      armed = site.now();
      await limiter.limitTo(Watts(hold.limit));
    }
    const outputs = seen.outputs.slice(from);
    const enough = outputs.length >= SAMPLES_MIN && site.now() - command.at >= hold.least;
    if (enough && steady(outputs, before, hold, site.now())) break;
  }
  return command;
}

function steady(
  outputs: readonly TestPoint[],
  before: number | undefined,
  { moved, rated }: Hold,
  now: number,
): boolean {
  const late = outputs.filter(({ at }) => at >= now - STEADY_MS);
  const last = late.at(-1);
  if (last === undefined || late.length < 3) return false;
  if (before !== undefined && Math.abs(last.watts - before) < moved) return false;
  const levels = late.map(({ watts }) => watts);
  return Math.max(...levels) - Math.min(...levels) <= STEADY_WITHIN * rated;
}

/** Fail closed between the steps. A device that does not take it is said, and does not hide the step's own result. */
export async function holdSafe({ site, show }: Pick<StepContext, "site" | "show">): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { limiter, config } of site.inverters) {
    try {
      await limiter.prepare();
      await limiter.limitTo(site.safeShare);
    } catch {
      failed.push(config.id);
    }
  }
  show({ limit_w: site.config.export_limit?.safe_limit_w ?? 0 });
  return failed;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean of what the meter showed since a moment, by phase. */
export function meanReading(
  grids: readonly GridSeen[],
): { watts: [number, number, number]; total: number } | undefined {
  if (grids.length === 0) return undefined;
  const column = (index: 0 | 1 | 2) => meanOf(grids.map(({ watts }) => watts[index]));
  return { watts: [column(0), column(1), column(2)], total: meanOf(grids.map(({ total }) => total)) };
}

const PLOT_POINTS_MAX = 400;

/** Seconds from `from` on, thinned to what a plot can show. */
export function plotted(points: readonly TestPoint[], from: number): [number, number][] {
  const every = Math.max(1, Math.ceil(points.length / PLOT_POINTS_MAX));
  return points
    .filter((_, index) => index % every === 0)
    .map(({ at, watts }) => [Math.round((at - from) / 10) / 100, Math.round(watts)]);
}

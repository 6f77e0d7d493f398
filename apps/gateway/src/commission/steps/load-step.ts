/**
 * A load that the installer knows is switched on. It shows which way the grid meter counts, on which column the load
 * lies, and what a read of the meter takes. The inverters are held meanwhile, so that nothing else moves.
 */
import { type KnownStep, STEP_MIN_W } from "@csj/export-limit";
import { holdSafe, look, meanOf, meanReading, plotted, type Seen, type StepContext } from "../context.ts";
import { type StepResult, secondsOf, watts } from "../shapes.ts";

/** The inverters come down to their safe limit. */
const SETTLE_MS = 5_000;
const BASE_MS = 4_000;
const WAIT_MS = 180_000;
const AFTER_MS = 3_000;
/** A load's label is within a quarter of the truth; a meter with other phases on it may show more noise. */
const SEEN_FROM = 0.6;

export async function runLoadStep(context: StepContext): Promise<StepResult> {
  const known = Number(context.answers["load_w"]);
  const phase = phaseOf(String(context.answers["phase"] ?? "unknown"));
  if (!(known >= STEP_MIN_W)) return skipped(`No load of ${STEP_MIN_W} W or more was named, so none was looked for.`);
  const seen: Seen = { outputs: [], grids: [] };
  await holdSafe(context);
  await context.site.wait(SETTLE_MS);
  context.say("Leave everything as it is: the meter is read before the load is switched.");
  const before = await during(context, seen, BASE_MS);
  if (before === undefined) return failed("The grid meter did not answer.");
  context.say(`Switch the load of about ${watts(known)} on now, and leave it on.`);
  const started = context.site.now();
  if (!(await moved(context, seen, before.total, known))) {
    return failed(
      `Within ${secondsOf(WAIT_MS)} the meter showed no step of about ${watts(known)}: wrong meter, CT off its conductor, or no load switched.`,
    );
  }
  context.say("Seen. Leave the load on for a few seconds.");
  await during(context, seen, AFTER_MS);
  const after = await during(context, seen, AFTER_MS);
  if (after === undefined) return failed("The grid meter stopped to answer.");
  return judgedStep({ what: "load", added: known, phase, before, after }, seen, after.total - before.total, started);
}

function phaseOf(text: string): KnownStep["phase"] {
  return text === "l1" || text === "l2" || text === "l3" || text === "all" ? text : undefined;
}

async function during(context: StepContext, seen: Seen, ms: number) {
  const from = seen.grids.length;
  const started = context.site.now();
  while (context.site.now() - started < ms) await look(context, undefined, seen);
  return meanReading(seen.grids.slice(from));
}

async function moved(context: StepContext, seen: Seen, base: number, known: number): Promise<boolean> {
  const started = context.site.now();
  while (context.site.now() - started < WAIT_MS) {
    await look(context, undefined, seen);
    const last = seen.grids.at(-1);
    if (last !== undefined && Math.abs(last.total - base) >= SEEN_FROM * known) return true;
  }
  return false;
}

function judgedStep(step: KnownStep, seen: Seen, delta: number, from: number): StepResult {
  const share = delta / step.added;
  const right = share > 0;
  const bus = meanOf(seen.grids.map(({ took }) => took));
  return {
    state: right && share > 0.75 && share < 1.33 ? "passed" : right ? "unsure" : "failed",
    summary: right
      ? `The load of about ${watts(step.added)} was seen as ${watts(delta)} of import.`
      : `The load was seen as export (${watts(delta)}): the meter or its CTs are turned round.`,
    findings: [
      {
        name: "Step seen by the meter",
        value: watts(delta),
        limit: `+${watts(step.added)} within a quarter`,
        origin: "measured",
        ok: right && share > 0.75 && share < 1.33,
      },
      ...step.after.watts.map((value, index) => ({
        name: `Step on the meter's L${index + 1}`,
        value: watts(value - step.before.watts[index as 0]),
        origin: "measured" as const,
      })),
      { name: "A read of the grid meter takes", value: `${Math.round(bus)} ms`, origin: "measured" },
    ],
    plots: [
      {
        title: "Load step",
        series: [
          {
            name: "Grid",
            role: "grid",
            points: plotted(
              seen.grids.map(({ at, total }) => ({ at, watts: total })),
              from,
            ),
          },
        ],
      },
    ],
    data: { step, bus },
  };
}

function skipped(summary: string): StepResult {
  return { state: "skipped", summary, findings: [], plots: [], data: {} };
}

function failed(summary: string): StepResult {
  return { state: "failed", summary, findings: [], plots: [], data: {} };
}

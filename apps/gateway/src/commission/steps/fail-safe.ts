/**
 * Each link is cut in turn and the rest of the site is watched. A gateway that falls silent is tried by falling silent
 * and looking at the grid meter alone; a meter that is lost is tried with the real control law. Where the installer pulls
 * the plug as well, the cable is tested and not only the program.
 */
import { type Config, initialState, type State, step } from "@csj/export-limit";
import { Millis, Watts } from "@csj/quantity";
import { cycleOf } from "../../devices.ts";
import {
  holdLimit,
  holdSafe,
  look,
  meanOf,
  plotted,
  type Seen,
  type StepContext,
  stopIfCancelled,
} from "../context.ts";
import { type Finding, type StepResult, secondsOf, watts } from "../shapes.ts";
import type { Inverter } from "../site.ts";

const SILENT_MS = 30_000;
const SILENT_MOST_MS = 180_000;
const BASE_MS = 3_000;
/** Of the step that is looked for. */
const SHOWS = 0.5;
/** Below this share of the rating the meter cannot tell what the inverter does. */
const CUT_MIN = 0.05;
/** The law is let up until it follows the home; a loss that is tried at no output shows nothing. */
const CONTROL_MS = 8_000;
const CONTROL_MOST_MS = 90_000;
const LOST_MOST_MS = 60_000;
const PLUG_WAIT_MS = 120_000;

/** Nothing at all is said to the inverter; what it does is seen at the meter. */
export async function runInverterSilence(context: StepContext, inverter: Inverter): Promise<StepResult> {
  const { rated } = await inverter.limiter.prepare();
  await holdSafe(context);
  const home = await homeOf(context);
  const top = context.answers["may_export"] === true ? rated : Math.min(rated, home);
  const seen: Seen = { outputs: [], grids: [] };
  const hold = { least: 4_000, most: 60_000, rated };
  context.say("The inverter is let up, then held at half of it.");
  await holdLimit(context, inverter, { ...hold, limit: top, moved: 0.02 * rated }, seen);
  const full = seen.outputs.at(-1)?.watts ?? 0;
  await holdLimit(context, inverter, { ...hold, limit: full / 2, moved: 0.2 * full }, seen);
  const held = seen.outputs.at(-1)?.watts ?? 0;
  if (held < CUT_MIN * rated) return tooLow(held);
  return silence(context, inverter, { held, full, rated }, seen);
}

async function silence(
  context: StepContext,
  inverter: Inverter,
  { held, full, rated }: { held: number; full: number; rated: number },
  seen: Seen,
): Promise<StepResult> {
  const { facts } = inverter.limiter;
  const most = Math.min(SILENT_MOST_MS, 1.5 * (facts.silenceTimeout ?? SILENT_MS) + facts.settle + 10_000);
  const from = context.site.now();
  const base = meanOf(seen.grids.filter(({ at }) => at >= from - BASE_MS).map(({ total }) => total));
  context.say(`Nobody talks to the inverter for ${secondsOf(most)}. Switch nothing.`);
  let act: "falls" | "releases" | "keeps" = "keeps";
  let after = Number.NaN;
  while (context.site.now() - from < most) {
    await look(context, undefined, seen);
    const change = (seen.grids.at(-1)?.total ?? base) - base;
    const next =
      change > SHOWS * held ? "falls" : -change > SHOWS * Math.max(full - held, CUT_MIN * rated) ? "releases" : "keeps";
    if (next !== act) after = context.site.now() - from;
    act = next;
  }
  const left = (await context.site.readOutput(inverter))?.watts ?? Number.NaN;
  const plugged = await plug(
    context,
    inverter.config.id,
    async () => (await context.site.readOutput(inverter)) !== undefined,
  );
  return silenceResult(context, inverter, { act, after, left, held, from, plugged, most }, seen);
}

interface Silence {
  readonly act: "falls" | "releases" | "keeps";
  readonly after: number;
  readonly left: number;
  readonly held: number;
  readonly from: number;
  readonly most: number;
  readonly plugged: Finding[];
}

function silenceResult(
  { rule }: StepContext,
  { limiter, config }: Inverter,
  { act, after, left, held, from, plugged, most }: Silence,
  seen: Seen,
): StepResult {
  const { facts } = limiter;
  const wanted = facts.onSilence === "falls-to-value" ? "falls" : facts.onSilence === "releases" ? "releases" : "keeps";
  const asProfile = facts.onSilence === "unknown" || wanted === act;
  const watchdog = act === "falls" && after <= rule.backWithinMs;
  const unplugged = plugged.some(({ ok }) => ok === false);
  const words = { falls: "its output falls", releases: "it RELEASES its limit", keeps: "it keeps its limit" }[act];
  return {
    state: unplugged || act === "releases" ? "failed" : asProfile ? "passed" : "unsure",
    summary: `When nobody talks to it, ${words}${act === "keeps" ? ` for ${secondsOf(most)} at the least` : ` after ${secondsOf(after)}`}. ${watchdog ? "That is a watchdog in time." : "That is no watchdog: a static limit or a relay must do it."}`,
    findings: [
      { name: "Held at", value: watts(held), origin: "measured" },
      {
        name: "When nobody talks to it",
        value: act,
        limit: `${facts.onSilence} (profile)`,
        origin: "measured",
        ok: asProfile && act !== "releases",
      },
      ...(act === "keeps"
        ? []
        : [
            {
              name: "After",
              value: secondsOf(after),
              limit: secondsOf(rule.backWithinMs),
              origin: "measured" as const,
              ok: act === "falls" && after <= rule.backWithinMs,
            },
          ]),
      { name: "Output then", value: watts(left), origin: "measured" },
      ...plugged,
    ],
    plots: [gridPlot(`Silence towards ${config.id}, seen at the meter`, seen, from)],
    data: {
      act,
      held,
      after: Number.isFinite(after) ? after : null,
      left: Number.isFinite(left) ? left : null,
      pulled: plugged.length > 0,
      unplugged,
    },
  };
}

/** The law runs, the meter is lost, the law must come to its safe limit and the output to it. */
export async function runMeterLoss(context: StepContext, config: Config): Promise<StepResult> {
  for (const { limiter } of context.site.inverters) await limiter.prepare();
  const pull = context.answers["pull"] === true;
  const run: Controlled = { state: initialState(), limit: Number.NaN, seen: { outputs: [], grids: [] }, reason: "" };
  context.say("The site is controlled until it follows the home.");
  await control(context, run, config, {
    until: (since) => since >= CONTROL_MOST_MS || (since >= CONTROL_MS && settled.has(run.reason)),
    blind: false,
  });
  const before = run.seen.outputs.at(-1)?.watts ?? 0;
  const from = context.site.now();
  if (pull) context.say("Pull the data cable of the grid meter now.");
  else context.say("The grid meter is not read any more.");
  const safe = Math.min(config.safeLimit, config.rated);
  const tolerance = 0.02 * config.rated;
  let lostAt = pull ? Number.NaN : from;
  let limitAt = Number.NaN;
  let outputAt = Number.NaN;
  await control(context, run, config, {
    blind: !pull,
    until: (since) => {
      const last = run.seen.grids.at(-1)?.at ?? from;
      if (pull && Number.isNaN(lostAt) && context.site.now() - last > config.staleAfter / 2) lostAt = last;
      if (Number.isNaN(limitAt) && !Number.isNaN(lostAt) && run.limit <= safe + 1 && run.reason.startsWith("meter"))
        limitAt = context.site.now();
      const output = run.seen.outputs.at(-1)?.watts ?? Number.NaN;
      if (Number.isNaN(outputAt) && !Number.isNaN(limitAt) && output <= safe + tolerance) outputAt = context.site.now();
      return !Number.isNaN(outputAt) || since >= (pull ? PLUG_WAIT_MS : LOST_MOST_MS);
    },
  });
  const answers = async () => (await context.site.readGrid()) !== undefined;
  const plugged = pull ? pluggedWords(!Number.isNaN(lostAt), await until(context, PLUG_WAIT_MS, answers, again)) : [];
  return lossResult(
    context,
    { before, from, pull, plugged, detect: limitAt - lostAt, whole: outputAt - lostAt, rated: config.rated },
    run,
  );
}

const again = "Plug the grid meter in again.";

interface Loss {
  readonly before: number;
  readonly from: number;
  readonly pull: boolean;
  readonly plugged: readonly Finding[];
  readonly detect: number;
  readonly whole: number;
  readonly rated: number;
}

function lossResult(
  { rule }: StepContext,
  { before, from, pull, plugged, detect, whole, rated }: Loss,
  run: Controlled,
): StepResult {
  const inTime = whole <= rule.backWithinMs;
  const shows = before >= CUT_MIN * rated;
  const unplugged = plugged.some(({ ok }) => ok === false);
  const findings: Finding[] = [
    { name: "Output before", value: watts(before), origin: "measured" },
    {
      name: "Safe limit after the meter was lost",
      value: secondsOf(detect),
      origin: "measured",
      ok: Number.isFinite(detect),
    },
    {
      name: "Output at the safe limit",
      value: secondsOf(whole),
      limit: `at most ${secondsOf(rule.backWithinMs)}`,
      origin: "measured",
      ok: inTime,
    },
    ...(pull
      ? plugged
      : [{ name: "Cable pulled", value: "no, the meter was not read any more", origin: "installer" as const }]),
  ];
  return {
    state: !inTime || unplugged ? "failed" : shows ? "passed" : "unsure",
    summary: inTime
      ? `${unplugged ? "The meter does not answer again since its cable was pulled. " : ""}${shows ? "" : "There was hardly any output to take away. "}Without the meter the site is at its safe limit after ${secondsOf(whole)}.`
      : `Without the meter the site was not at its safe limit within ${secondsOf(rule.backWithinMs)}.`,
    findings,
    plots: [
      {
        title: "Grid meter lost",
        series: [
          { name: "Output", role: "solar", points: plotted(run.seen.outputs, from) },
          {
            name: "Grid",
            role: "grid",
            points: plotted(
              run.seen.grids.map(({ at, total }) => ({ at, watts: total })),
              from,
            ),
          },
        ],
      },
    ],
    data: {
      detect: Number.isFinite(detect) ? detect : null,
      whole: Number.isFinite(whole) ? whole : null,
      pulled: pull && plugged[0]?.ok === true,
    },
  };
}

const settled = new Set(["following-load", "not-limiting"]);

interface Controlled {
  state: State;
  limit: number;
  reason: string;
  readonly seen: Seen;
}

interface Until {
  readonly blind: boolean;
  until(since: number): boolean;
}

/** The same law as in the gateway's cycle, at its pace. */
async function control(context: StepContext, run: Controlled, config: Config, { blind, until }: Until): Promise<void> {
  const { site } = context;
  const started = site.now();
  while (!until(site.now() - started)) {
    stopIfCancelled(context);
    const at = site.now();
    const [grid, ...outputs] = await Promise.all([
      blind ? undefined : site.readGrid(),
      ...site.inverters.map((inverter) => site.readOutput(inverter)),
    ]);
    const known = outputs.filter((output) => output !== undefined);
    const whole = known.length === outputs.length;
    const sum = known.reduce((total, output) => total + output.watts, 0);
    if (grid !== undefined) run.seen.grids.push(grid);
    if (whole) run.seen.outputs.push({ at: site.now(), watts: sum });
    const { state, decision } = step(
      run.state,
      {
        now: site.now(),
        grid: grid === undefined ? undefined : { watts: Watts(grid.total), at: Millis(grid.at) },
        pv: whole ? { watts: Watts(sum), at: Millis(Math.min(...known.map((output) => output.at))) } : undefined,
      },
      config,
    );
    run.state = state;
    run.limit = decision.limit;
    run.reason = decision.reason;
    context.show({ grid_w: grid?.total ?? null, output_w: whole ? sum : null, limit_w: decision.limit });
    await writeShares(context, decision.limit, config.rated);
    await site.wait(cycleOf(site.config) - (site.now() - at));
  }
}

async function writeShares({ site, results }: StepContext, limit: number, rated: number): Promise<void> {
  await Promise.all(
    site.inverters.map(({ limiter, config }) => {
      const own = Number(results.get(`limit-step:${config.id}`)?.data["rated"] ?? rated / site.inverters.length);
      return limiter.limitTo(Watts((limit * own) / rated)).catch(() => undefined);
    }),
  );
}

async function homeOf(context: StepContext): Promise<number> {
  await context.site.wait(BASE_MS);
  const grid = await context.site.readGrid();
  const outputs = await Promise.all(context.site.inverters.map((one) => context.site.readOutput(one)));
  return (grid?.total ?? 0) + outputs.reduce((sum, output) => sum + (output?.watts ?? 0), 0);
}

/** Only where the installer said that the plug is pulled. */
async function plug(context: StepContext, name: string, answers: () => Promise<boolean>): Promise<Finding[]> {
  if (context.answers["pull"] !== true) return [];
  context.say(`Pull the data cable of ${name} now.`);
  const from = context.site.now();
  const gone = await until(context, PLUG_WAIT_MS, async () => !(await answers()));
  const noticed = context.site.now() - from;
  const back = gone && (await until(context, PLUG_WAIT_MS, answers, `Plug ${name} in again.`));
  return pluggedWords(gone, back, `yes, within ${secondsOf(noticed)} of being asked`);
}

/** What was seen of a cable that the installer was asked to pull, and not what was answered beforehand. */
function pluggedWords(gone: boolean, back: boolean, noticed = "yes"): Finding[] {
  return [
    { name: "Pulled cable noticed", value: gone ? noticed : "no", limit: "yes", origin: "measured", ok: gone },
    { name: "Answers again when plugged in", value: back ? "yes" : "no", limit: "yes", origin: "measured", ok: back },
  ];
}

async function until(context: StepContext, most: number, done: () => Promise<boolean>, say?: string): Promise<boolean> {
  if (say !== undefined) context.say(say);
  const from = context.site.now();
  while (context.site.now() - from < most) {
    stopIfCancelled(context);
    if (await done()) return true;
    await context.site.wait(500);
  }
  return false;
}

function gridPlot(title: string, { grids, outputs }: Seen, from: number): StepResult["plots"][number] {
  return {
    title,
    series: [
      {
        name: "Grid",
        role: "grid",
        points: plotted(
          grids.map(({ at, total }) => ({ at, watts: total })),
          from,
        ),
      },
      { name: "Output", role: "solar", points: plotted(outputs, from) },
    ],
  };
}

function tooLow(held: number): StepResult {
  return {
    state: "failed",
    summary: `The output was ${watts(held)}: too little for the meter to tell what the inverter does. Come back with more sun, or switch loads on.`,
    findings: [],
    plots: [],
    data: {},
  };
}

/**
 * A staircase of limits for one inverter, and what its output makes of it: 60 %, 30 % and 0 of what it gave. It begins at
 * what the home uses, so that nothing is exported, unless the installer allows export for the test.
 */
import { type Identified, type IdentifyRefusal, identify, type TestPoint } from "@csj/export-limit";
import { holdLimit, holdSafe, look, meanOf, meanReading, plotted, type Seen, type StepContext } from "../context.ts";
import { type Finding, type StepResult, secondsOf, watts } from "../shapes.ts";
import type { Inverter } from "../site.ts";

const SHARES = [0.6, 0.3, 0];
const LEAST_MS = 5_000;
const MOST_MS = 60_000;
const HOME_MS = 2_000;
/** A home must use this share of the rating for the cuts to show without export. */
const HOME_MIN = 0.2;
const MOVED = 0.25;
/** At a limit of 0 an inverter may give this share of its rating and still be at 0. */
const ZERO_WITHIN = 0.01;

export async function runLimitStep(context: StepContext, inverter: Inverter): Promise<StepResult> {
  context.say("Asking the inverter what it is.");
  const { rated, staticLimit } = await inverter.limiter.prepare();
  await holdSafe(context);
  const mayExport = context.answers["may_export"] === true;
  const home = mayExport ? Number.POSITIVE_INFINITY : await homeUse(context, inverter);
  if (home < HOME_MIN * rated) {
    return refusedResult(
      `The home uses ${watts(home)}; at least ${watts(HOME_MIN * rated)} are needed so that the cuts show without export. Switch loads on, or allow export for the test.`,
    );
  }
  const top = Math.min(rated, staticLimit ?? rated, home);
  const seen: Seen = { outputs: [], grids: [] };
  const commands = await staircase(context, inverter, { top, rated }, seen);
  const found = identify({ rated, commands, samples: seen.outputs });
  const plots = [plotOf(inverter, commands, seen.outputs)];
  if (!found.found)
    return { ...refusedResult(refusals[found.because]), plots, data: { refused: found.because, rated } };
  return judged(inverter, found, { commands, seen, rated, staticLimit, plots });
}

/** The home's use is what the grid gives while the inverters are held, and what they still give. */
async function homeUse(context: StepContext, inverter: Inverter): Promise<number> {
  context.say("Reading what the home uses while the inverters are held.");
  const seen: Seen = { outputs: [], grids: [] };
  await context.site.wait(HOME_MS);
  const started = context.site.now();
  while (context.site.now() - started < HOME_MS) await look(context, inverter, seen);
  const grid = meanReading(seen.grids);
  if (grid === undefined) return Number.NaN;
  const outputs = await Promise.all(context.site.inverters.map((one) => context.site.readOutput(one)));
  return grid.total + outputs.reduce((sum, output) => sum + (output?.watts ?? 0), 0);
}

async function staircase(
  context: StepContext,
  inverter: Inverter,
  { top, rated }: { top: number; rated: number },
  seen: Seen,
): Promise<TestPoint[]> {
  const hold = (limit: number, moved: number) =>
    holdLimit(context, inverter, { limit, least: LEAST_MS, most: MOST_MS, moved, rated }, seen);
  context.say("The inverter is let up to begin with.");
  await hold(top, 0.02 * rated);
  const from = seen.outputs.length;
  const commands = [await hold(top, 0)];
  const full = meanOf(seen.outputs.slice(from).map((output) => output.watts));
  for (const share of SHARES) {
    const before = seen.outputs.at(-1)?.watts ?? 0;
    context.say(`The limit goes to ${Math.round(share * 100)} % of what the inverter gave.`);
    commands.push(await hold(full * share, MOVED * Math.max(0, before - full * share)));
  }
  context.say("The inverter is let up again.");
  commands.push(await hold(top, 0.1 * full));
  return commands;
}

interface Measured {
  readonly commands: readonly TestPoint[];
  readonly seen: Seen;
  readonly rated: number;
  readonly staticLimit: number | undefined;
  readonly plots: StepResult["plots"];
}

function judged(inverter: Inverter, found: Identified, measured: Measured): StepResult {
  const { commands, seen, rated, plots, staticLimit } = measured;
  const atZero = found.atZero ?? Number.NaN;
  const zeroRight = atZero <= ZERO_WITHIN * rated;
  const ok = found.scaleRight && zeroRight;
  return {
    state: ok ? (found.confidence === "poor" ? "unsure" : "passed") : "failed",
    summary: ok
      ? `It follows: dead time ${secondsOf(found.deadTime.value)}, ${wayOf(found)}, scale ${found.scale.toFixed(2)}.`
      : found.scaleRight
        ? `At a limit of 0 it still gives ${watts(atZero)}.`
        : `Its output is ${found.scale.toFixed(2)} x what is commanded: the scale is wrong, whatever it reads back.`,
    findings: findingsOf(inverter, found, { atZero, zeroRight, rated, staticLimit }),
    plots,
    data: {
      identified: found,
      rated,
      staticLimit: staticLimit ?? null,
      facts: inverter.limiter.facts,
      meterPeriod: updatePeriod(seen),
      step: pvStep(seen, commands),
      phase: inverter.config.phase ?? null,
    },
  };
}

function findingsOf(
  { limiter }: Inverter,
  found: Identified,
  {
    atZero,
    zeroRight,
    rated,
    staticLimit,
  }: { atZero: number; zeroRight: boolean; rated: number; staticLimit: number | undefined },
): Finding[] {
  const range = (low: number, high: number) => `(${secondsOf(low)} to ${secondsOf(high)})`;
  return [
    { name: "Rating", value: watts(rated), origin: "profile" },
    {
      name: "Installer's static limit",
      value: staticLimit === undefined ? "none shown" : watts(staticLimit),
      origin: "measured",
    },
    {
      name: "Dead time",
      value: `${secondsOf(found.deadTime.value)} ${range(found.deadTime.low, found.deadTime.high)}`,
      origin: "measured",
    },
    {
      name: found.kind === "ramp" ? "Ramp over the whole rating" : "Time constant",
      value: `${secondsOf(found.time.value)} ${range(found.time.low, found.time.high)}`,
      origin: "measured",
    },
    {
      name: "Output per commanded W",
      value: found.scale.toFixed(3),
      limit: "0.95 to 1.05",
      origin: "measured",
      ok: found.scaleRight,
    },
    {
      name: "Output at a limit of 0",
      value: watts(atZero),
      limit: `at most ${watts(ZERO_WITHIN * rated)}`,
      origin: "measured",
      ok: zeroRight,
    },
    { name: "Smallest step of the limit", value: `${(limiter.facts.quantum * 100).toFixed(2)} %`, origin: "profile" },
    { name: "Lowest limit without standby", value: `${(limiter.facts.floor * 100).toFixed(1)} %`, origin: "profile" },
    { name: "Left over by the fit", value: `${watts(found.residual)} (${found.confidence})`, origin: "measured" },
    { name: "For the device in site.yaml", value: configWords(found), origin: "measured" },
  ];
}

function configWords({ kind, deadTime, time }: Identified): string {
  const way =
    kind === "ramp"
      ? `ramp_percent_per_s: ${Number((100_000 / time.value).toPrecision(3))}`
      : `tau_ms: ${Math.round(time.value)}`;
  return `dead_time_ms: ${Math.round(deadTime.value)}, ${way}`;
}

function wayOf({ kind, time }: Identified): string {
  return kind === "ramp"
    ? `a ramp of ${secondsOf(time.value)} over the rating`
    : `time constant ${secondsOf(time.value)}`;
}

/** The usual time between two different values of the meter while the output moved; undefined where too few were seen. */
function updatePeriod({ grids }: Seen): number | null {
  const changes = grids
    .filter(({ total }, index) => index > 0 && total !== grids[index - 1]?.total)
    .map(({ at }) => at);
  const gaps = changes
    .slice(1)
    .map((at, index) => at - (changes[index] as number))
    .filter((gap) => gap < 3_000);
  return gaps.length < 5 ? null : (gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? null);
}

/** What the meter showed of the last cut: a known import, by which the CTs are judged. */
function pvStep({ grids, outputs }: Seen, commands: readonly TestPoint[]) {
  const [first, cut, end] = [commands[0], commands[1], commands.at(-1)];
  if (first === undefined || cut === undefined || end === undefined) return null;
  const late = 2_000;
  const before = meanReading(grids.filter(({ at }) => at < cut.at && at >= cut.at - late));
  const after = meanReading(grids.filter(({ at }) => at < end.at && at >= end.at - late));
  const level = (to: number) =>
    meanOf(outputs.filter(({ at }) => at < to && at >= to - late).map((output) => output.watts));
  return before === undefined || after === undefined ? null : { before, after, added: level(cut.at) - level(end.at) };
}

function plotOf(
  { config }: Inverter,
  commands: readonly TestPoint[],
  outputs: readonly TestPoint[],
): StepResult["plots"][number] {
  const from = commands[0]?.at ?? 0;
  const limit = commands.flatMap(({ at, watts: level }, index): [number, number][] => {
    const start = (at - from) / 1000;
    const end = ((commands[index + 1]?.at ?? outputs.at(-1)?.at ?? at) - from) / 1000;
    return [
      [start, Math.round(level)],
      [end, Math.round(level)],
    ];
  });
  return {
    title: `Limit steps of ${config.id}`,
    series: [
      {
        name: "Output",
        role: "solar",
        points: plotted(
          outputs.filter(({ at }) => at >= from),
          from,
        ),
      },
      { name: "Limit", role: "limit", points: limit },
    ],
  };
}

const refusals: Readonly<Record<IdentifyRefusal, string>> = {
  "too-few-samples": "Too few readings of the output: the bus is too slow or the inverter does not answer.",
  "sun-too-low": "The output was too low for a cut to show: come back when there is more sun.",
  "did-not-follow": "The output did not come down although the limit did: the inverter does not obey.",
  "not-settled": "The output was still moving when the next limit came: the sun changed, or the inverter is very slow.",
  "sun-changed": "The sun changed during the test by more than the cuts can be told from: do it again.",
};

function refusedResult(summary: string): StepResult {
  return { state: "failed", summary, findings: [], plots: [], data: {} };
}

/**
 * Control laws for no export against one another, against the best that can be done with the same meter (`oracle`) and
 * with no delay in measuring (`floor`), on the same simulated sites. Nothing here is timed, so the figures are the same on
 * every machine. Metrics are explained in no-export-plant.ts, the laws in no-export-peers.ts and no-export-oracle.ts.
 */
import type { BenchOptions, Row } from "./bench.ts";
import { csj } from "./no-export-csj.ts";
import { recordedHomes } from "./no-export-day.ts";
import { floor, oracle } from "./no-export-oracle.ts";
import { peers } from "./no-export-peers.ts";
import { ratedOf, type Score, type Subject, simulate } from "./no-export-plant.ts";
import { type Scenario, scenarios, WARM_UP_S } from "./no-export-scenarios.ts";

const STEP_S = 0.01;
const DAY_STEP_S = 0.1;
const SHORT_HOMES = 4;
const ALL_HOMES = 116;

export const subjects: readonly Subject[] = [csj, oracle, floor, ...peers];

export default async function noExport({ full, data, progress }: BenchOptions): Promise<Row[]> {
  const rows = scenarios.flatMap((scenario) => {
    progress(scenario.name);
    return subjects.flatMap((subject) =>
      rowsOf(scenario.name, subject.name, scored(scenario, subject), scenario.settles),
    );
  });
  const folder = data ?? dataFolder();
  if (folder === undefined) {
    progress("The recorded June day is left out: no --data FOLDER and no CSJ_TEST_DATA.");
    return rows;
  }
  return [...rows, ...recordedDay(folder, full ? ALL_HOMES : SHORT_HOMES, progress)];
}

export function scored({ site, seconds }: Scenario, subject: Subject): Score {
  return simulate(site, subject, { warmUp: WARM_UP_S, seconds, stepS: STEP_S });
}

function dataFolder(): string | undefined {
  const { CSJ_TEST_DATA } = process.env;
  return CSJ_TEST_DATA === undefined ? undefined : `${CSJ_TEST_DATA}/uk-homes-1min`;
}

function rowsOf(kind: string, subject: string, score: Score, settles: boolean): Row[] {
  const row = (metric: string, value: number, unit: string): Row => ({ case: kind, subject, metric, value, unit });
  return [
    row("over_limit_s", score.overS, "s"),
    row("over_limit_total_s", score.overAllS, "s"),
    row("exported_wh", score.exportedWh, "Wh"),
    row("peak_w", score.peakW, "W"),
    ...(settles ? [row("ripple_w", score.rippleW, "W")] : []),
    row("pv_lost_wh", score.lostWh, "Wh"),
    row("pv_available_wh", score.availableWh, "Wh"),
  ];
}

/** All homes of the day summed up; and in how many of them our law is within its bound of the oracle. */
function recordedDay(folder: string, count: number, progress: (text: string) => void): Row[] {
  const kind = `june-day-${count}-homes`;
  const sums = new Map<string, Score>();
  let within = 0;
  for (const [index, site] of [...recordedHomes(folder, count)].entries()) {
    progress(`recorded day, home ${index + 1} of ${count}`);
    const run = { warmUp: 0, seconds: 86_400, stepS: DAY_STEP_S };
    const scores = new Map(subjects.map((subject) => [subject.name, simulate(site, subject, run)]));
    for (const [name, score] of scores) sums.set(name, summed(sums.get(name), score));
    if (meets(scores.get("csj") as Score, scores.get("oracle") as Score)) within += 1;
  }
  const rows = [...sums].flatMap(([name, score]) => rowsOf(kind, name, score, false));
  return [...rows, { case: kind, subject: "csj", metric: "homes_within_bound", value: within, unit: "" }];
}

/** What this bench is for: export at most 1.1 x the oracle's + 0.1 Wh, and PV lost at most 1.1 x + 1 % of the available. */
export function meets(ours: Score, best: Score): boolean {
  const exports = ours.exportedWh <= 1.1 * best.exportedWh + 0.1;
  return exports && ours.lostWh <= 1.1 * best.lostWh + 0.01 * ours.availableWh;
}

export function ripplesLittle(ours: Score, scenario: Scenario): boolean {
  return !scenario.settles || ours.rippleW < 0.02 * ratedOf(scenario.site);
}

function summed(before: Score | undefined, score: Score): Score {
  if (before === undefined) return score;
  return {
    overS: Math.max(before.overS, score.overS),
    overAllS: before.overAllS + score.overAllS,
    settledS: Math.max(before.settledS, score.settledS),
    exportedWh: before.exportedWh + score.exportedWh,
    peakW: Math.max(before.peakW, score.peakW),
    rippleW: Math.max(before.rippleW, score.rippleW),
    lostWh: before.lostWh + score.lostWh,
    availableWh: before.availableWh + score.availableWh,
  };
}

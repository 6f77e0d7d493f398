/** The worst case of this site, simulated with what was measured: the real law, full sun, the largest load gone at once. */
import { type Config, type Identified, type Preview, preview } from "@csj/export-limit";
import { cycleOf } from "../../devices.ts";
import type { StepContext } from "../context.ts";
import { type StepResult, secondsOf, watts } from "../shapes.ts";

const METER_PERIOD_ASSUMED_MS = 1_000;
const BUS_ASSUMED_MS = 200;
/** What a home goes on using after its largest load has gone. */
const BASE_W = 100;

/** `undefined` where no inverter was identified. */
export function slowest({ results, site }: Pick<StepContext, "results" | "site">): Identified | undefined {
  const all = site.inverters
    .map(({ config }) => results.get(`limit-step:${config.id}`)?.data["identified"] as Identified | undefined)
    .filter((one) => one !== undefined);
  const delay = ({ deadTime, kind, time }: Identified) =>
    deadTime.value + (kind === "ramp" ? time.value / 2 : time.value);
  return all.sort((a, b) => delay(b) - delay(a))[0];
}

export async function runPreview(context: StepContext, config: Config): Promise<StepResult> {
  const { site, rule } = context;
  const worst = slowest(context);
  if (worst === undefined) {
    return {
      state: "failed",
      summary: "No inverter was identified yet: do a limit step first.",
      findings: [],
      plots: [],
      data: {},
    };
  }
  context.say("Simulating the site's worst case.");
  const fuse = (site.gridConfig.fuse_a ?? 100) * 230 * site.phases;
  const largest = Math.min(Number(context.answers["largest_load_w"]) || fuse, fuse);
  const plant = {
    deadTime: worst.deadTime.value,
    kind: worst.kind,
    time: worst.time.value,
    meterPeriod: meterPeriodOf(context) ?? METER_PERIOD_ASSUMED_MS,
    bus: Number(context.results.get("load-step")?.data["bus"] ?? BUS_ASSUMED_MS),
    cycle: cycleOf(site.config),
    loadBefore: Math.min(config.rated, largest + BASE_W),
    loadAfter: BASE_W,
    scale: Number.isFinite(worst.scale) ? worst.scale : 1,
  };
  const tolerance = Math.min(rule.toleranceW, rule.toleranceShare * config.rated);
  const seen = preview(plant, config, tolerance);
  return judged(seen, plant.loadBefore - plant.loadAfter, context, tolerance);
}

function judged(seen: Preview, fall: number, { rule }: StepContext, tolerance: number): StepResult {
  const inTime = seen.overS * 1000 <= rule.backWithinMs;
  const points = (of: (point: Preview["path"][number]) => number) =>
    seen.path.map((point): [number, number] => [point.at / 1000, Math.round(of(point))]);
  return {
    state: inTime ? "passed" : "failed",
    summary: `When ${watts(fall)} of load fall away under full sun, export is over its limit for ${seen.overS.toFixed(1)} s (${seen.exportedWh.toFixed(1)} Wh, ${watts(seen.peakW)} at most).`,
    findings: [
      { name: "Load that falls away", value: watts(fall), origin: "simulated" },
      {
        name: "Over the limit",
        value: `${seen.overS.toFixed(1)} s`,
        limit: `at most ${secondsOf(rule.backWithinMs)}`,
        origin: "simulated",
        ok: inTime,
      },
      { name: "Exported", value: `${seen.exportedWh.toFixed(1)} Wh`, origin: "simulated" },
      { name: "Highest export", value: watts(seen.peakW), origin: "simulated" },
      { name: "Counts as over from", value: watts(tolerance), origin: "configured" },
    ],
    plots: [
      {
        title: "Worst case, simulated",
        series: [
          { name: "Output", role: "solar", points: points(({ pv }) => pv) },
          { name: "Grid", role: "grid", points: points(({ grid }) => grid) },
          { name: "Limit", role: "limit", points: points(({ limit }) => limit) },
        ],
      },
    ],
    data: { overS: seen.overS, exportedWh: seen.exportedWh, peakW: seen.peakW },
  };
}

/** The shortest that any limit step showed. */
export function meterPeriodOf({ results, site }: Pick<StepContext, "results" | "site">): number | undefined {
  const all = site.inverters
    .map(({ config }) => results.get(`limit-step:${config.id}`)?.data["meterPeriod"])
    .filter((value): value is number => typeof value === "number");
  return all.length === 0 ? undefined : Math.max(...all);
}

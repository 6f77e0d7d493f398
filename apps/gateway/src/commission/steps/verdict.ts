/** Can this site be held at no export, and what is missing: every number of the walk against the rule. */
import {
  type Config,
  type FigureOrigin,
  type Identified,
  residualExposure,
  type SiteLack,
  type SumUp,
  sumUp,
  type UnitFacts,
} from "@csj/export-limit";
import type { RelayConfig } from "../../config/schema.ts";
import { cycleOf } from "../../devices.ts";
import type { StepContext } from "../context.ts";
import { type Finding, type StepResult, secondsOf, watts } from "../shapes.ts";
import type { Inverter } from "../site.ts";
import { meterPeriodOf } from "./preview.ts";

const METER_PERIOD_ASSUMED_MS = 1_000;
const BUS_ASSUMED_MS = 200;
const RELAY_OPENS_MS = 1_000;
/** Where nothing was measured, nothing fast is assumed. */
const DEAD_TIME_ASSUMED_MS = 3_000;

export async function runVerdict(context: StepContext, config: Config): Promise<StepResult> {
  const { site, rule } = context;
  const tolerance = Math.min(rule.toleranceW, rule.toleranceShare * config.rated);
  const summed = sumUp(
    {
      ...loopOf(context),
      cycle: cycleOf(site.config),
      units: site.inverters.map((inverter) => unitOf(context, inverter)),
      allowed: config.allowedExport,
      rated: config.rated,
      tolerance,
      relay: site.config.export_limit?.relay !== undefined,
      ...relayOf(site.config.export_limit?.relay),
      exposureAccepted: context.answers["accept_exposure"] === true,
      unmeasuredSource: context.results.get("scan")?.data["unmeasured"] === true,
    },
    {
      backWithin: rule.backWithinMs,
      ...(rule.tripAfterMs === undefined ? {} : { tripAfter: rule.tripAfterMs }),
      ...(rule.disobedience === undefined ? {} : { disobedience: rule.disobedience }),
    },
  );
  const open = openSteps(context);
  const uncovered = uncoveredBy(context, config);
  const missing = [...uncovered, ...summed.missing.map(({ what, unit }) => lackWords(what, unit)), ...open];
  const answer = uncovered.length > 0 ? "no" : answerOf(summed, open);
  return {
    state: answer === "yes" || answer === "yes-with-exposure" ? "passed" : "failed",
    summary: `${answerWords[answer]}${missing.length === 0 ? "" : ` ${missing.join(" ")}`}`,
    findings: [...findingsOf(summed, context), ...disobedience(summed, config), ...exposure(config)],
    plots: [],
    data: { answer, verdict: summed.verdict, missing, sum: summed },
  };
}

type VerdictAnswer = "yes" | "yes-with-exposure" | "needs-relay" | "no" | "not-yet";

const answerWords: Readonly<Record<VerdictAnswer, string>> = {
  yes: "This site can be held at its export limit.",
  "yes-with-exposure":
    "This site can be held at its export limit, but for an inverter that ignores it: what may pass then is named below.",
  "needs-relay": "This site can be held at its export limit with a relay, and not without.",
  no: "This site cannot be held at its export limit as it is.",
  "not-yet": "It cannot be said yet whether this site can be held at its export limit.",
};

function answerOf({ verdict, named }: SumUp, open: readonly string[]): VerdictAnswer {
  if (verdict === "refused") return "no";
  if (open.length > 0) return "not-yet";
  if (verdict !== "ok") return "needs-relay";
  return named.length > 0 ? "yes-with-exposure" : "yes";
}

/** A relay without a watchdog of its own keeps its coil when the gateway is dead. */
function relayOf(relay: RelayConfig | undefined) {
  const opens = relay?.opens_within_ms ?? RELAY_OPENS_MS;
  const watchdog = relay?.watchdog_s ?? 0;
  return { relayMs: opens, ...(watchdog > 0 ? { relayDropsMs: watchdog * 1000 + opens } : {}) };
}

function loopOf(context: StepContext) {
  const period = meterPeriodOf(context);
  const bus = context.results.get("load-step")?.data["bus"];
  const told = context.site.gridProfile.facts.update_ms;
  return {
    meterPeriod:
      period !== undefined
        ? { ms: period, origin: "measured" as const }
        : typeof told === "number"
          ? { ms: told, origin: "profile" as const }
          : { ms: METER_PERIOD_ASSUMED_MS, origin: "assumed" as const },
    bus:
      typeof bus === "number"
        ? { ms: 2 * bus, origin: "measured" as const }
        : { ms: BUS_ASSUMED_MS, origin: "assumed" as const },
  };
}

function unitOf({ results, site }: StepContext, { config, limiter }: Inverter): UnitFacts {
  const step = results.get(`limit-step:${config.id}`)?.data ?? {};
  const found = step["identified"] as Identified | undefined;
  const silence = results.get(`fail-safe:${config.id}`)?.data;
  const facts = (step["facts"] as typeof limiter.facts | undefined) ?? limiter.facts;
  const rated = Number(step["rated"]);
  const told = (ms: number | undefined, assumed: number): { ms: number; origin: FigureOrigin } =>
    ms === undefined ? { ms: assumed, origin: "assumed" } : { ms, origin: "configured" };
  const measured = (ms: number) => ({ ms, origin: "measured" as const });
  const seen = silence?.["act"];
  const onSilence =
    seen === "falls"
      ? "falls-to-value"
      : seen === "releases"
        ? "releases"
        : seen === "keeps"
          ? "keeps"
          : facts.onSilence;
  const after = timerOf(silence, found, rated) ?? facts.silenceTimeout;
  const fixed = typeof step["staticLimit"] === "number" ? { staticShare: Number(step["staticLimit"]) / rated } : {};
  return {
    id: config.id,
    deadTime: found === undefined ? told(config.dead_time_ms, DEAD_TIME_ASSUMED_MS) : measured(found.deadTime.value),
    kind: found?.kind ?? "first-order",
    time: found === undefined ? told(config.tau_ms, facts.settle) : measured(found.time.value),
    onSilence,
    ...(after === undefined ? {} : { silenceMs: after }),
    fallsTo: rated > 0 ? site.safeShare / rated : 0,
    ...fixed,
    ...(found === undefined ? {} : { scaleRight: found.scaleRight }),
  };
}

/** What was seen is the timer, the dead time and half of the way down: the timer alone is what the sum needs. */
function timerOf(
  silence: StepResult["data"] | undefined,
  found: Identified | undefined,
  rated: number,
): number | undefined {
  const after = silence?.["after"];
  if (typeof after !== "number") return undefined;
  if (found === undefined) return after;
  const way =
    found.kind === "ramp"
      ? (found.time.value * Number(silence?.["held"] ?? 0)) / (2 * rated)
      : Math.LN2 * found.time.value;
  return Math.max(0, after - found.deadTime.value - way);
}

/** A rule that is not made for so low a limit. */
function uncoveredBy({ rule }: StepContext, { allowedExport, rated }: Config): string[] {
  const lowest = (rule.lowestShare ?? 0) * rated;
  if (allowedExport >= lowest) return [];
  return [`${rule.name} covers no limit below ${watts(lowest)} here, and ${watts(allowedExport)} may be exported.`];
}

/** A step that was not passed is something missing, in words. */
function openSteps({ results, site }: StepContext): string[] {
  const wanted = [
    ["scan", "the devices were not all recognised"],
    ["load-step", "no known load was seen at the meter"],
    ["ct", "the CTs are not proven"],
    ...site.inverters.map(({ config }) => [
      `limit-step:${config.id}`,
      `${config.id} was not shown to follow its limit`,
    ]),
    [`fail-safe:${site.gridConfig.id}`, "the loss of the grid meter was not tried"],
    ...site.inverters.map(({ config }) => [`fail-safe:${config.id}`, `the silence towards ${config.id} was not tried`]),
    ["preview", "the worst case does not end in time or was not simulated"],
  ] as const;
  return wanted.flatMap(([id, words]) => {
    const result = results.get(id as string);
    if (result?.state === "passed" || isTold(result)) return [];
    return [`${result?.state === "unsure" ? "Unsure" : "Missing"}: ${words}.`];
  });
}

/**
 * Steps that are not passed and leave nothing open: an inverter that was seen to act otherwise than its profile says (the
 * sum counts what was seen), and devices that no register tells apart whose nameplates somebody read.
 */
function isTold(result: StepResult | undefined): boolean {
  const { state, data } = result ?? {};
  if (data?.["untaken"] !== undefined) return false;
  if (data?.["act"] !== undefined) return data["unplugged"] !== true;
  return state === "unsure" && data?.["nameplates"] === true;
}

/** What an inverter that ignores its limit lets pass where nothing takes it off. */
function disobedience({ named }: SumUp, { rated, allowedExport }: Config): Finding[] {
  return named.map(({ unit }) => ({
    name: `${unit}: an inverter that ignores its limit exports until somebody switches it off, at the most`,
    value: watts(rated - allowedExport),
    limit: "accepted, or permitted by the rule, and named here",
    origin: "configured",
  }));
}

function findingsOf({ units, rule }: SumUp, { rule: named }: StepContext): Finding[] {
  const source = `${named.source}${named.verified ? "" : ", unverified"}`;
  return units.flatMap(({ id, summands, ms, inTime, watchdog, watchdogMs }) => [
    ...summands.map(
      ({ name, ms: part, origin }): Finding => ({
        name: `${id}: ${summandWords[name]}`,
        value: secondsOf(part),
        origin,
      }),
    ),
    {
      name: `${id}: sum`,
      value: secondsOf(ms),
      limit: `at most ${secondsOf(rule.backWithin)} (${source})`,
      ok: inTime,
    },
    {
      name: `${id}: when the gateway is dead`,
      value: `${watchdogWords[watchdog]}${watchdogMs === undefined || watchdogMs === 0 ? "" : ` after ${secondsOf(watchdogMs)}`}`,
      limit: `within its limit in ${secondsOf(rule.backWithin)}`,
      ok: watchdog === "in-time" || watchdog === "static-limit",
    },
  ]);
}

const summandWords = {
  "meter-period": "the meter shows something new every",
  bus: "bus, one read and one write",
  cycle: "the gateway's cycle",
  "dead-time": "dead time",
  ramp: "way over the whole rating",
} as const;

const watchdogWords = {
  "in-time": "falls by itself",
  "static-limit": "held by its static limit",
  "too-slow": "falls by itself, too late",
  none: "nothing brings it down",
} as const;

function lackWords(what: SiteLack, unit: string | undefined): string {
  const who = unit ?? "the site";
  const words: Readonly<Record<SiteLack, string>> = {
    "unmeasured-source": "A battery or a generator is not measured: measure it or take it off.",
    "scale-wrong": `${who} gives another output than it is commanded: correct the profile or its rating.`,
    "loop-too-slow": `${who} with meter, bus and cycle takes longer than the rule allows: a relay must open in the meantime.`,
    "no-watchdog": `Nothing brings ${who} down when the gateway is dead: set a static limit at the device, or wire a relay.`,
    "watchdog-too-slow": `${who} falls by itself, but later than the rule allows: shorten its timer, or wire a relay.`,
    disobedience: `Nothing takes ${who} off when it ignores its limit: wire a relay, or, where the standard lets it, have the network operator accept what may pass.`,
    "relay-keeps": `The relay keeps its coil when the gateway is dead, and nothing else brings ${who} down: give the relay a watchdog that drops it out in time.`,
    "hard-limit-needs-relay": "The rule's hard limit is faster than the loop: a relay must switch the inverters off.",
    "relay-too-slow": "The relay opens later than the rule allows.",
  };
  return words[what];
}

/** What a meter that lies plausibly can let pass until it is found out. */
function exposure(config: Config): Finding[] {
  const found = residualExposure(config);
  const probed: Finding = {
    name: "Silent fault of the grid meter (frozen, CT off, wrong scale): found within, while there is output to test with",
    value: found === undefined ? "not found: the periodic test of the meter is off" : secondsOf(found.ms),
    limit: "stated, no rule",
    origin: "configured",
  };
  const most = found === undefined ? config.rated : found.watts;
  return [
    probed,
    { name: "Silent fault: export until then at the most", value: watts(most), origin: "configured" },
    {
      name: "Silent fault: never found while the output is below",
      value: watts(config.rated * 0.01),
      origin: "configured",
    },
  ];
}

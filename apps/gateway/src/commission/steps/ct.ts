/** The current transformers under each way in which they can lie, judged by the steps that were seen before. */
import { type CtCheck, checkCts, type Judged, type KnownStep, type PhaseReading } from "@csj/export-limit";
import { look, type Seen, type StepContext } from "../context.ts";
import type { Finding, StepResult } from "../shapes.ts";

/** More choices than a person compares are no help. */
const CHOICES_SHOWN = 6;

export async function runCt(context: StepContext): Promise<StepResult> {
  const seen: Seen = { outputs: [], grids: [] };
  context.say("Reading the grid meter.");
  for (let tries = 0; tries < 5 && seen.grids.length === 0; tries += 1) await look(context, undefined, seen);
  const now = seen.grids.at(-1);
  if (now === undefined)
    return { state: "failed", summary: "The grid meter did not answer.", findings: [], plots: [], data: {} };
  const steps = stepsOf(context);
  const check = checkCts(steps, now, context.site.phases);
  return {
    state: stateOf(check),
    summary: summaryOf(check, steps.length),
    findings: [
      ...check.choices.slice(0, CHOICES_SHOWN).map((choice, index) => shown(choice, index, context.site.phases)),
      ...untested(check),
    ],
    plots: [],
    data: { verdict: check.verdict, sure: check.sure, untested: check.untested, best: check.choices[0]?.choice },
  };
}

function stepsOf({ results, site }: StepContext): KnownStep[] {
  const load = results.get("load-step")?.data["step"] as KnownStep | undefined;
  const pv = site.inverters.flatMap(({ config }) => {
    const step = results.get(`limit-step:${config.id}`)?.data["step"] as
      | { before: PhaseReading; after: PhaseReading; added: number }
      | null
      | undefined;
    if (step === null || step === undefined) return [];
    return [{ what: "pv" as const, phase: config.phase, ...step }];
  });
  return [...(load === undefined ? [] : [load]), ...pv].map((step) =>
    site.phases === 1 ? { ...step, phase: "l1" as const } : step,
  );
}

function stateOf({ verdict, untested: phases }: CtCheck): StepResult["state"] {
  if (verdict === "not-sure") return "unsure";
  if (verdict !== "right") return "failed";
  return phases.length === 0 ? "passed" : "unsure";
}

function summaryOf({ verdict, untested: phases, choices, assignmentTold }: CtCheck, steps: number): string {
  if (steps === 0) return "No step was seen yet: do the load step or a limit step first.";
  const rest =
    phases.length === 0
      ? ""
      : ` No step reached ${phases.join(" and ").toUpperCase()}, so nothing is known of the CT there.`;
  const best = choices[0] === undefined ? "" : choiceWords(choices[0]);
  if (verdict === "right" && !assignmentTold) {
    return `The directions of the CTs that were tested are right. Which of them is on which phase was not told: for that, switch a load on one phase.${rest}`;
  }
  if (verdict === "right") return `Direction and phase of the CTs that were tested are right.${rest}`;
  if (verdict === "not-sure") return `The steps do not tell for sure how the CTs lie.${rest}`;
  return `The CTs do not lie as they should: ${best}. Correct them at the meter and do the steps again.${rest}`;
}

function shown({ choice, watts, powerFactor, leftOver }: Judged, index: number, count: 1 | 3): Finding {
  const values = watts.slice(0, count).map((value, phase) => {
    const factor = powerFactor[phase as 0];
    return `L${phase + 1} ${Math.round(value)} W${Number.isFinite(factor) ? ` PF ${factor.toFixed(2)}` : ""}`;
  });
  return {
    name: `${index === 0 ? "Fits best" : "Else"}: ${choiceWords({ choice })}`,
    value: `${values.join(", ")}; explains ${Math.round((1 - leftOver) * 100)} %`,
    origin: "measured",
  };
}

function choiceWords({ choice }: Pick<Judged, "choice">): string {
  const words = choice.shows.flatMap((phase, column) => {
    const turned = choice.sign[column as 0] < 0 ? "turned round" : "";
    const moved = phase === `l${column + 1}` ? "" : `on ${phase.toUpperCase()}`;
    const says = [moved, turned].filter((word) => word !== "").join(" and ");
    return says === "" ? [] : [`CT ${column + 1} ${says}`];
  });
  return words.length === 0 ? "every CT as labelled" : words.join(", ");
}

function untested({ untested: phases }: CtCheck): Finding[] {
  return phases.map((phase) => ({ name: `CT of ${phase.toUpperCase()}`, value: "not tested", limit: "a step on it" }));
}

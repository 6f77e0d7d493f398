/** Hands each cycle to the log that is kept as evidence, and raises what has to be told. */
import { type Held, modeSentence, toleranceOf } from "@csj/export-limit";
import type { Evidence } from "../evidence/evidence.ts";
import { type CycleRecord, excursionOf } from "../evidence/facts.ts";
import type { Alarm, Alarms } from "./alarms.ts";
import type { Controlled } from "./control-loop.ts";

export interface LogbookDeps {
  /** Absent where no proof is kept. */
  readonly evidence: Evidence | undefined;
  readonly alarms: Alarms;
}

export class Logbook {
  readonly #deps: LogbookDeps;

  constructor(deps: LogbookDeps) {
    this.#deps = deps;
  }

  cycle(controlled: Controlled): void {
    const { held } = controlled;
    if (held === undefined) return;
    const { evidence, alarms } = this.#deps;
    const before = alarms.standing;
    alarms.stand(alarmOf(held, before, controlled));
    const after = alarms.standing;
    if (before !== undefined && before !== after) evidence?.event({ kind: "alarm", raised: false, ...words(before) });
    if (after !== undefined && before !== after) evidence?.event({ kind: "alarm", raised: true, ...words(after) });
    evidence?.cycle(recordOf(controlled, held));
  }
}

function recordOf({ readings, now, wall, config, images }: Controlled, held: Held): CycleRecord {
  const { decision, verdict, allowed } = held;
  const rated = config?.law.rated;
  return {
    now,
    wall,
    gridW: readings.grid?.watts,
    gridAt: readings.grid?.at,
    pvW: readings.pv?.watts,
    pvAt: readings.pv?.at,
    limitW: held.limit,
    allowedW: allowed.allowed,
    origin: allowed.origin,
    mode: verdict.mode,
    reason: verdict.mode === "normal" ? decision.reason : verdict.reason,
    inputReason: decision.reason,
    note: decision.note,
    overW: held.over,
    units: held.commands.map(({ id, limit }, index) => ({
      id,
      limitW: limit,
      outputW: readings.outputs.get(id)?.watts,
      heldW: images[index]?.held?.limit,
      state: held.troubles[index] ?? "ok",
    })),
    excursion: excursionOf(verdict),
    ...(config === undefined ? {} : { toleranceW: toleranceOf(config.standard, config.law.rated) }),
    ratedW: rated,
    availableW: held.available,
  };
}

/** The same alarm keeps the time since which it stands. */
function alarmOf({ verdict }: Held, standing: Alarm | undefined, { wall, relayError }: Controlled): Alarm | undefined {
  if (!verdict.alarm && relayError === undefined) return undefined;
  const code = verdict.alarm ? `${verdict.mode}/${verdict.reason}` : `relay/${relayError}`;
  if (standing?.code === code) return standing;
  const says = verdict.alarm ? modeSentence(verdict) : "The relay does not answer, or does not open.";
  return { code, says, since: wall === undefined ? null : new Date(wall).toISOString() };
}

const words = ({ code, says }: Alarm) => ({ code, text: says });

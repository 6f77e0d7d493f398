/**
 * Which way round and on which phase each current transformer is, from two things whose sign is known: a load that is
 * switched on adds import, and an inverter that is cut adds import. A meter that is wired right shows both with +. A CT
 * that is on another phase's conductor shows the step in the wrong column, and its power factor against that phase's
 * voltage is about +0.5 or -0.5 for a plain load, since the voltages are 120 degrees apart.
 */
import { type PerPhase, type Phase, phases } from "../site.ts";

export interface PhaseReading {
  readonly watts: PerPhase;
  readonly volts?: PerPhase;
  readonly amps?: PerPhase;
}

/** Import that is known to have been added, in W on each phase; undefined where it is not known on which. */
export interface KnownStep {
  readonly what: "load" | "pv";
  readonly added: number;
  readonly phase: Phase | "all" | undefined;
  readonly before: PhaseReading;
  readonly after: PhaseReading;
}

/** One way of reading the meter: column i shows phase `shows[i]`, turned round where `sign[i]` is -1. */
export interface Choice {
  readonly shows: readonly [Phase, Phase, Phase];
  readonly sign: readonly [1 | -1, 1 | -1, 1 | -1];
}

export interface Judged {
  readonly choice: Choice;
  /** Import now under this choice, in W and as power factor (NaN where it cannot be told) for L1, L2 and L3. */
  readonly watts: PerPhase;
  readonly powerFactor: PerPhase;
  /** What the steps leave unexplained, as a share of them; 0 is perfect. */
  readonly leftOver: number;
}

export interface CtCheck {
  /** Best first. */
  readonly choices: readonly Judged[];
  readonly verdict: "right" | "turned-round" | "swapped" | "not-sure";
  /** How much worse the second best choice that differs in a tested phase explains the steps, 0 to 1. */
  readonly sure: number;
  /** Phases that no step reached: nothing is known of their CT. */
  readonly untested: readonly Phase[];
  /** False where every step was on an unknown phase or on all: directions are told, which CT is on which phase is not. */
  readonly assignmentTold: boolean;
}

/** The smallest step that stands out from a home's own switching. */
export const STEP_MIN_W = 500;
const SURE_FROM = 0.2;
/** What a step may leave over and still be explained: a load's label is within a quarter of the truth. */
const EXPLAINED = 0.35;

const orders: readonly (readonly [number, number, number])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

/** 3! assignments times all turned alike or one turned: 6 x 8 signs on three phases, 2 on one. */
export function choicesOf(count: 1 | 3): Choice[] {
  const all: Choice[] = [];
  for (const order of count === 1 ? orders.slice(0, 1) : orders) {
    for (let bits = 0; bits < (count === 1 ? 2 : 8); bits += 1) {
      const sign = [0, 1, 2].map((phase) => ((bits >> phase) & 1 ? -1 : 1)) as unknown as Choice["sign"];
      all.push({ shows: order.map((phase) => phases[phase]) as unknown as Choice["shows"], sign });
    }
  }
  return all;
}

export function checkCts(steps: readonly KnownStep[], now: PhaseReading, count: 1 | 3): CtCheck {
  const useful = steps.filter(({ added }) => Math.abs(added) >= STEP_MIN_W);
  const choices = choicesOf(count)
    .map((choice) => judged(choice, useful, now))
    // Between choices that explain the steps alike, the one that changes least.
    .sort((a, b) => alike(a) - alike(b) || changes(a.choice) - changes(b.choice));
  const untested = phases.slice(0, count).filter((phase) => !useful.some((step) => reaches(step, phase)));
  const best = choices[0] as Judged;
  const sure = useful.length === 0 ? 0 : surenessOf(choices, untested, useful);
  const unsure = useful.length === 0 || sure < SURE_FROM || best.leftOver > EXPLAINED;
  return {
    choices,
    verdict: unsure ? "not-sure" : verdictOf(best.choice),
    sure,
    untested,
    assignmentTold: count === 1 || tellsPhase(useful),
  };
}

/** In hundredths: what differs by less is the readings' noise, or the arithmetic's. */
const alike = ({ leftOver: share }: Judged) => Math.round(share * 100);

function reaches({ phase, added, before, after }: KnownStep, asked: Phase): boolean {
  if (phase !== undefined) return phase === "all" || phase === asked;
  const index = phases.indexOf(asked);
  return Math.abs(after.watts[index as 0] - before.watts[index as 0]) > 0.15 * Math.abs(added);
}

function judged(choice: Choice, steps: readonly KnownStep[], now: PhaseReading): Judged {
  return {
    choice,
    watts: seen(choice, now.watts),
    powerFactor: powerFactor(choice, now),
    leftOver: steps.length === 0 ? 1 : steps.reduce((sum, step) => sum + leftOver(choice, step), 0) / steps.length,
  };
}

/** As L1, L2, L3 under a choice. */
function seen({ shows, sign }: Choice, columns: PerPhase): PerPhase {
  const out: [number, number, number] = [0, 0, 0];
  shows.forEach((phase, column) => {
    out[phases.indexOf(phase) as 0] = (columns[column as 0] ?? 0) * (sign[column as 0] ?? 1);
  });
  return out;
}

/** Against the voltage of the phase that the choice says; without volts and amps it cannot be told. */
function powerFactor({ shows, sign }: Choice, { watts, volts, amps }: PhaseReading): PerPhase {
  const out: [number, number, number] = [Number.NaN, Number.NaN, Number.NaN];
  shows.forEach((phase, column) => {
    const apparent = (volts?.[column as 0] ?? Number.NaN) * (amps?.[column as 0] ?? Number.NaN);
    if (apparent > 0) out[phases.indexOf(phase) as 0] = (watts[column as 0] * (sign[column as 0] ?? 1)) / apparent;
  });
  return out;
}

function leftOver(choice: Choice, { added, phase, before, after }: KnownStep): number {
  const moved = after.watts.map((watts, index) => watts - before.watts[index as 0]) as unknown as PerPhase;
  const shown = seen(choice, moved);
  // Where nobody said on which phase it is, it is on one of them, and shown there with +.
  const wanted = phase === undefined ? onLargest(added, shown) : spread(added, phase);
  const error = shown.reduce((sum, watts, index) => sum + Math.abs(watts - wanted[index as 0]), 0);
  return Math.min(2, error / Math.abs(added)) / 2;
}

function spread(added: number, phase: Phase | "all"): PerPhase {
  if (phase === "all") return [added / 3, added / 3, added / 3];
  return phases.map((one) => (one === phase ? added : 0)) as unknown as PerPhase;
}

/** A step of unknown phase tells the direction alone: it is wanted as it lies, each part with +. */
function onLargest(added: number, shown: PerPhase): PerPhase {
  const sum = shown.reduce((total, watts) => total + Math.abs(watts), 0);
  return sum === 0
    ? spread(added, "all")
    : (shown.map((watts) => (Math.abs(watts) / sum) * added) as unknown as PerPhase);
}

/**
 * The best against the next that reads a tested phase otherwise, in steps: one step that shows it is enough. Where nobody
 * said on which phase a step was, it tells the direction alone.
 */
function surenessOf(choices: readonly Judged[], untested: readonly Phase[], steps: readonly KnownStep[]): number {
  const best = choices[0] as Judged;
  const told = tellsPhase(steps);
  const differs = ({ choice }: Judged) =>
    phases.some(
      (phase) => !untested.includes(phase) && reading(choice, phase, told) !== reading(best.choice, phase, told),
    );
  const next = choices.find(differs);
  return next === undefined ? 0 : Math.max(0, Math.min(1, (next.leftOver - best.leftOver) * steps.length));
}

/** A step on one phase alone tells which CT is on it; one on all three tells directions. */
function tellsPhase(steps: readonly KnownStep[]): boolean {
  return steps.some(({ phase }) => phase !== undefined && phase !== "all");
}

function reading({ shows, sign }: Choice, phase: Phase, told: boolean): string {
  const column = shows.indexOf(phase);
  return `${told ? column : ""} ${sign[column as 0]}`;
}

function changes({ shows, sign }: Choice): number {
  return (
    shows.filter((phase, column) => phase !== phases[column]).length + sign.filter((direction) => direction < 0).length
  );
}

function verdictOf({ shows, sign }: Choice): CtCheck["verdict"] {
  if (shows.some((phase, column) => phase !== phases[column])) return "swapped";
  return sign.some((direction) => direction < 0) ? "turned-round" : "right";
}

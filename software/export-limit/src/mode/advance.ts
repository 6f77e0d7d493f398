/**
 * The one place where a site changes its state. Two rules are kept by construction and proved by a walk over all
 * reachable states: nothing but the standard's release leads out of `failsafe` and `lockout`, and every state has a way
 * out. A lockout and the window of the counted excursions run on the time for which the program runs, so neither a jump of
 * the clock nor a time without power shortens them.
 */
import { Millis } from "@csj/quantity";
import { type Standard, toleranceOf } from "../standard/standard.ts";
import { watchExcursion } from "./excursion.ts";
import { enter, failureOf, SILENT } from "./failure.ts";
import type { ModeFacts, ModeState, Verdict } from "./mode.ts";
import { agedTo, tripsOf } from "./time.ts";
import { verdictOf } from "./verdict.ts";

const HOUR_MS = 3_600_000;

/** What trips again soon after its release has to be good for four times as long before the next, up to an hour. */
const WAIT_GROWS = 4;
const WAIT_MAX_MS = HOUR_MS;

/** An inverter looks at the grid for a minute or more before it starts. */
const GRACE_MS = 300_000;

export interface Advanced {
  readonly state: ModeState;
  readonly verdict: Verdict;
}

export function initialMode(): ModeState {
  return {
    mode: "failsafe",
    reason: "starting",
    at: undefined,
    clock: Millis(0),
    goodSince: undefined,
    starting: true,
    startedAt: undefined,
    heldSince: undefined,
    graceLeft: Millis(0),
    disconnect: false,
    sticky: false,
    strikes: 0,
    strikesLeft: Millis(0),
    tripSince: [],
    excursion: undefined,
    counted: [],
    lockoutLeft: Millis(0),
    disobeyed: [],
    disobeyedNow: false,
  };
}

export function advance(before: ModeState, cycle: ModeFacts, standard: Standard): Advanced {
  const aged = agedTo(before, cycle, standard);
  const facts = { ...cycle, now: aged.clock, over: Number.isNaN(cycle.over) ? undefined : cycle.over };
  const watched = watchExcursion(aged, facts, standard);
  const trips = tripsOf(watched.state, facts, standard);
  const heldSince = facts.input === "held" ? (aged.heldSince ?? facts.now) : undefined;
  const seen = graced({ ...watched.state, tripSince: trips, heldSince }, facts);
  const state = next(seen, facts, standard);
  return { state, verdict: verdictOf(state, facts, watched.ended) };
}

function next(state: ModeState, facts: ModeFacts, standard: Standard): ModeState {
  const locked = lockedOut(state, facts, standard);
  if (locked !== undefined) return locked;
  const failed = failureOf(state, facts, standard);
  if (failed !== undefined) return enter(state, failed);
  const good = isGood(facts, standard);
  const goodSince = good ? (state.goodSince ?? facts.now) : undefined;
  if (state.mode === "failsafe") return released({ ...state, goodSince }, facts, standard);
  return served({ ...state, goodSince }, facts);
}

/**
 * Many inverters are heard only while they are on the grid: behind an open relay they would be silent for ever. A person's
 * reset lets them start; export meanwhile is a trip like any other.
 */
function graced(state: ModeState, { reset }: ModeFacts): ModeState {
  const silent = state.reason === SILENT && state.mode === "failsafe";
  return reset && silent ? { ...state, disconnect: false, graceLeft: Millis(GRACE_MS) } : state;
}

/** `normal`, or `degraded` with its reason. */
function served(state: ModeState, facts: ModeFacts): ModeState {
  const weak = weaknessOf(facts);
  return { ...state, mode: weak === undefined ? "normal" : "degraded", reason: weak ?? "good", disobeyedNow: false };
}

function lockedOut(state: ModeState, facts: ModeFacts, { excursions }: Standard): ModeState | undefined {
  const mayEnd = excursions?.operator_ends_lockout === true || state.reason === "past-unreadable";
  if (facts.reset && state.mode === "lockout" && mayEnd) {
    const entered = enter(state, { reason: "reset" });
    return { ...entered, ...lookedAt(entered), counted: [], lockoutLeft: Millis(0) };
  }
  if (excursions !== undefined && state.counted.length >= excursions.count.value) {
    const lockoutLeft = Millis(Math.max(state.lockoutLeft, excursions.lockout_h.value * HOUR_MS));
    const entered = enter(state, { reason: "excursions", disconnect: true });
    return { ...entered, reason: "excursions", mode: "lockout", lockoutLeft, counted: [], starting: false };
  }
  if (state.mode !== "lockout") return undefined;
  if (state.lockoutLeft > 0) return state;
  return enter(state, { reason: "lockout-over" });
}

function released(state: ModeState, facts: ModeFacts, standard: Standard): ModeState {
  if (state.goodSince === undefined) return state;
  if (state.sticky && !facts.reset) return state;
  const waited = facts.now - state.goodSince >= waitOf(state, standard);
  const seen = facts.reset ? { ...state, ...lookedAt(state) } : state;
  if (!waited && !state.starting) return seen;
  return { ...served(seen, facts), disconnect: false, sticky: false, starting: false };
}

/** A person has looked: what had to wait for that is forgotten. A reset of a site that had not to wait forgets nothing. */
function lookedAt({ sticky, disobeyed }: ModeState): Pick<ModeState, "sticky" | "disobeyed"> {
  return { sticky: false, disobeyed: sticky ? [] : disobeyed };
}

/** How long everything has to be good, in ms. */
function waitOf({ strikes }: ModeState, { failsafe }: Standard): number {
  const release = failsafe.release_after_s.value * 1000;
  return Math.max(release, Math.min(WAIT_MAX_MS, release * WAIT_GROWS ** Math.max(0, strikes - 1)));
}

function isGood(facts: ModeFacts, standard: Standard): boolean {
  const over = facts.over ?? Number.NaN;
  return facts.input === "good" && over <= toleranceOf(standard, facts.rated);
}

/** What forbids a rise first: another unit that is merely silent must not hide it. */
function weaknessOf({ input, units }: ModeFacts): string | undefined {
  if (input === "held") return "held";
  const trouble = (["foreign", "restarted", "unreachable"] as const).find((each) => units.includes(each));
  return trouble === undefined ? undefined : `inverter-${trouble}`;
}

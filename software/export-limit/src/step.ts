/**
 * The no-export law: limit = grid + PV + allowed export - margin. Grid + PV is what the home uses, so the law feeds the
 * load forward and has no gain that could swing; and it follows the home, not the inverter, so a cloud cannot wind it up.
 *
 * Down at once, up slowly. What cannot be believed gives the safe limit with a reason: the limit fails closed.
 */
import { type Millis, Watts } from "@csj/quantity";
import type { Config, Decision, Image, Note, Reason, Timed } from "./control.ts";
import { watchDirection } from "./direction.ts";
import { watchExcess } from "./excess.ts";
import { watchFrozen } from "./frozen.ts";
import { newest, remembered } from "./history.ts";
import { gridBelievable, judge, pvBelievable, type Verdict } from "./judge.ts";
import { type Estimate, estimate } from "./law/estimate.ts";
import { advanced, commanded, overCommand, recommanded } from "./law/model.ts";
import { probeCeiling, probeStopped, watchProbe } from "./law/probe.ts";
import { raised, rise, waits } from "./law/rise.ts";
import { watchVolatility } from "./law/volatility.ts";
import { learned } from "./law/watch.ts";
import type { State } from "./state.ts";

/** Output this far below the limit, as a share of the rating, is the sun's doing and not the limit's. */
const BITES_WITHIN = 0.03;

/** While the limit rises, the output trails it by what it rises in this time (dead time and time constant). */
const TRAILS_BY_S = 4;

/** Nearer to its target than this share of the rating, the limit is there. */
const REACHED_WITHIN = 0.01;

/** A lowering by less than this share of the base is the inverters' steps, and the base stays above a limit below it. */
const ROUNDED_WITHIN = 0.03;

/** Between these the time from one picture to the next is taken for the cycle. */
const CYCLE_MIN_MS = 50;
const CYCLE_MAX_MS = 2_000;

export interface Step {
  readonly state: State;
  readonly decision: Decision;
}

export function step(state: State, image: Image, config: Config): Step {
  const fresh = isNewer(state.grid, image.grid) && isNewer(state.pv, image.pv);
  const seen = withModel(withSamples(state, image, config), image, config);
  const verdict = judge(seen, image, config);
  const done = noted(decide(seen, image, config, verdict, fresh), image, config);
  return fresh ? { ...done, state: watched(done.state, image, config, verdict) } : done;
}

/**
 * The state after somebody else lowered what this cycle commands: a state machine, the inverters' smallest steps. The next
 * rise and the model then start from what was really commanded. It never raises.
 */
export function capped(state: State, limit: number): State {
  if (state.last === undefined || !(limit < state.last.limit)) return state;
  const kept = Watts(limit > 0 ? limit : 0);
  const taken = state.last.limit - kept;
  const isRounded = state.base !== undefined && taken <= ROUNDED_WITHIN * state.base;
  const base = isRounded ? state.base - taken : kept;
  return { ...state, last: { ...state.last, limit: kept }, base, model: recommanded(state.model, kept) };
}

function decide(state: State, image: Image, config: Config, verdict: Verdict, fresh: boolean): Step {
  if (verdict.bad === undefined) return follow(state, image, config, verdict.home, fresh);
  return holdSafe(state, image, config, verdict.bad, verdict.note);
}

function withModel(state: State, { now }: Image, config: Config): State {
  if (config.plant === undefined || !Number.isFinite(now)) return state;
  return { ...state, model: advanced(state.model, now, config) };
}

function noted({ state, decision }: Step, { now }: Image, config: Config): Step {
  if (!Number.isFinite(now)) return { state, decision };
  const model = config.plant === undefined ? state.model : commanded(state.model, decision.limit, now);
  return { state: { ...state, steppedAt: now, model }, decision };
}

/** What this image says about the meters, for the next one to be judged by. */
function watched(state: State, image: Image, config: Config, verdict: Verdict): State {
  const grid = newest(state.grid);
  const pv = newest(state.pv);
  if (grid === undefined || pv === undefined || !Number.isFinite(image.now)) return state;
  const isGood = verdict.bad === undefined;
  const excess = isGood ? watchExcess(state.excess, grid, config) : state.excess;
  const frozen = watchFrozen(state.frozen, grid, pv, config, image.gridWords);
  const probe = isGood ? watchProbe(state.probe, state.grid, state.pv, image.now, config) : probeStopped(state.probe);
  const direction = watchDirection(state.direction, grid, pv, config);
  const volatility = isGood
    ? watchVolatility(state.volatility, verdict.home, image.now, config.rated)
    : state.volatility;
  return { ...state, excess, frozen, direction, volatility, probe, ...learned(state, config) };
}

function follow(state: State, image: Image, config: Config, paired: number, fresh: boolean): Step {
  const known = estimate(state, config);
  const kept = state.excess.heldBack + (config.volatilityMargin ?? 0) * state.volatility.fall;
  const home = known?.home ?? paired;
  const target = targetOf(home - kept, config);
  const before = state.base ?? state.last?.limit ?? clamped(config.safeLimit, config.rated);
  const up = known === undefined ? target : targetOf(home - known.doubt - kept, config);
  const climb = { before, target, up, isKnown: known !== undefined };
  const base = fresh ? raised(climb, state, image, config) : Math.min(target, before);
  const reached = shortened(base, known, state, image, config, fresh);
  const limit = clamped(
    Math.min(reached, state.frozen.dip?.to ?? reached, probeCeiling(state.probe) ?? reached),
    config.rated,
  );
  const held = !fresh && limit === before && state.last !== undefined && !isSafe(state.last.reason);
  const dipped = limit < reached;
  const reason =
    held && !dipped
      ? state.last.reason
      : dipped
        ? reasonOf(limit, limit, state, config)
        : reasonOf(base, target, state, config);
  const note = noteOf(dipped, reason, state, config);
  const risen = (fresh && !waits(climb, state, image, config)) || limit < before;
  return {
    state: {
      ...state,
      last: { limit: Watts(limit), reason },
      base: reached < base ? base : undefined,
      riseFrom: risen ? image.now : state.riseFrom,
      seen: true,
    },
    decision: { limit: Watts(limit), reason, safe: false, home: Watts(home), ...(note === undefined ? {} : { note }) },
  };
}

/** Below the base for a moment, where that brings the output down sooner; without a new picture never above the last. */
function shortened(
  base: number,
  known: Estimate | undefined,
  state: State,
  image: Image,
  config: Config,
  fresh: boolean,
): number {
  if (!fresh) return Math.min(base, state.last?.limit ?? base);
  if (config.plant === undefined || state.steppedAt === undefined) return base;
  // Before it is known how late a reading is, the output that was read is the most that it can be after a cut.
  const output = known ?? { output: newest(state.pv)?.watts ?? 0, throttled: false };
  const ms = Math.max(CYCLE_MIN_MS, Math.min(CYCLE_MAX_MS, image.now - state.steppedAt));
  return overCommand(state.model, base, output, image.now, ms, config);
}

function noteOf(dipped: boolean, reason: Reason, state: State, config: Config): Note | undefined {
  if (dipped) return state.frozen.dip === undefined ? "probing" : "testing";
  const heldBack = state.excess.heldBack > BITES_WITHIN * config.rated;
  return heldBack && reason !== "not-limiting" ? "exporting" : undefined;
}

/** The safe limit is approached like any other: at once from above, slowly from below. */
function holdSafe(state: State, image: Image, config: Config, bad: Reason, note?: Note): Step {
  const safe = Math.min(
    clamped(config.safeLimit, config.rated),
    bad === "implausible" ? rawTarget(state, image, config) : Infinity,
  );
  const risen = state.last === undefined ? safe : state.last.limit + rise(state, image, config);
  const limit = clamped(Math.min(safe, risen), config.rated);
  const reason = isStarting(state, image, config, bad) ? "starting" : bad;
  const riseFrom = Number.isFinite(image.now) ? image.now : state.riseFrom;
  return {
    state: { ...state, last: { limit: Watts(limit), reason }, base: undefined, riseFrom },
    decision: { limit: Watts(limit), reason, safe: true, home: undefined, ...(note === undefined ? {} : { note }) },
  };
}

function isStarting(state: State, image: Image, config: Config, bad: Reason): boolean {
  if (state.seen || bad === "implausible" || state.startedAt === undefined) return false;
  return image.now - state.startedAt <= config.staleAfter;
}

/** What the law makes of the newest numbers, believed or not, so that no number, however wrong, gives more. */
function rawTarget(state: State, image: Image, config: Config): number {
  return targetOf(lowest(image.grid, state.grid) + lowest(image.pv, state.pv), config);
}

/** The lower of what came and what was last believed; what is not a number says nothing. */
function lowest(sample: Timed | undefined, history: readonly Timed[]): number {
  const believed = newest(history)?.watts ?? Infinity;
  return sample === undefined || Number.isNaN(sample.watts) ? believed : Math.min(sample.watts, believed);
}

function targetOf(home: number, config: Config): number {
  const kept = Math.max(0, config.margin) + Math.max(0, config.importFloor ?? 0);
  return clamped(home + Math.max(0, config.allowedExport) - kept, config.rated);
}

/** To [0, rated]; what is not a number is 0. */
function clamped(watts: number, rated: number): number {
  if (!(watts > 0) || !(rated > 0)) return 0;
  return watts < rated ? watts : rated;
}

function reasonOf(limit: number, target: number, state: State, config: Config): Reason {
  const pv = newest(state.pv)?.watts ?? 0;
  const rising = limit < target - REACHED_WITHIN * config.rated;
  const band = BITES_WITHIN + (rising ? config.riseRate * TRAILS_BY_S : 0);
  if (limit >= config.rated || pv < limit - band * config.rated) return "not-limiting";
  return rising ? "rising" : "following-load";
}

export function isSafe(reason: Reason): boolean {
  return reason !== "not-limiting" && reason !== "following-load" && reason !== "rising";
}

function withSamples(state: State, image: Image, config: Config): State {
  const startedAt = state.startedAt ?? (Number.isFinite(image.now) ? image.now : undefined);
  const grid = gridBelievable(image, config) ? joined(state.grid, image.grid) : state.grid;
  const pv = pvBelievable(image, config) ? joined(state.pv, image.pv) : state.pv;
  return { ...state, grid, pv, startedAt };
}

function joined(history: readonly Timed[], sample: Timed | undefined): readonly Timed[] {
  return sample !== undefined && isNewer(history, sample) ? remembered(history, sample) : history;
}

function isNewer(history: readonly Timed[], sample: Timed | undefined): boolean {
  if (sample === undefined) return false;
  const last = newest(history);
  return last === undefined ? Number.isFinite(sample.at) : sample.at > last.at;
}

/** Age of the older of the two newest samples: what the decision is based on; undefined before both were seen. */
export function ageOf(state: State, now: Millis): Millis | undefined {
  const grid = newest(state.grid);
  const pv = newest(state.pv);
  return grid === undefined || pv === undefined ? undefined : (Math.max(0, now - Math.min(grid.at, pv.at)) as Millis);
}

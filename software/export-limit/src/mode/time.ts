/** How time passes for a held site: only while somebody looks, and never backwards. */
import { Millis } from "@csj/quantity";
import { type Standard, tripOver } from "../standard/standard.ts";
import type { ModeFacts, ModeState } from "./mode.ts";

/** A cycle that comes later than this after the one before counts for this long: time in which nobody looked is no time. */
const GAP_MAX_MS = 60_000;

/** A start that has not read its devices by then is a failure like any other, and is said. */
const START_MAX_MS = 60_000;

export function agedTo(before: ModeState, { now }: ModeFacts, standard: Standard): ModeState {
  const passed = passedSince(before, now);
  const first = before.at === undefined && Number.isFinite(now);
  const clock = Millis(first ? now : before.clock + passed);
  const startedAt = before.startedAt ?? clock;
  const strikesLeft = Millis(Math.max(0, before.strikesLeft - passed));
  const starting = before.starting && clock - startedAt < START_MAX_MS;
  return {
    ...before,
    reason: before.reason === "starting" && !starting ? "not-started" : before.reason,
    at: Number.isFinite(now) ? now : before.at,
    clock,
    startedAt,
    starting,
    // The first time that is one says nothing of how long anything has been good.
    goodSince: first ? undefined : shifted(before.goodSince, passed, standard),
    counted: before.counted.map((left) => left - passed).filter((left) => left > 0),
    disobeyed: before.disobeyed.map((left) => left - passed).filter((left) => left > 0),
    lockoutLeft: Millis(Math.max(0, before.lockoutLeft - passed)),
    graceLeft: Millis(Math.max(0, before.graceLeft - passed)),
    strikesLeft,
    strikes: strikesLeft > 0 ? before.strikes : 0,
  };
}

function passedSince({ at }: ModeState, now: number): number {
  return at === undefined || !Number.isFinite(now) ? 0 : Math.min(GAP_MAX_MS, Math.max(0, now - at)) || 0;
}

/** One pause counts for half the release time at the most, so that a release has been seen good three times at least. */
function shifted(since: Millis | undefined, passed: number, { failsafe }: Standard): Millis | undefined {
  const counts = (failsafe.release_after_s.value * 1000) / 2;
  return since === undefined ? undefined : Millis(since + Math.max(0, passed - counts));
}

/** Since when each trip's threshold is exceeded. A cycle that did not see the grid stops no clock. */
export function tripsOf(state: ModeState, { now, over, allowed, rated }: ModeFacts, standard: Standard) {
  return standard.trips.map((trip, index) => {
    const since = state.tripSince[index];
    if (over === undefined) return since;
    return over > tripOver(trip, standard, allowed, rated) ? (since ?? now) : undefined;
  });
}

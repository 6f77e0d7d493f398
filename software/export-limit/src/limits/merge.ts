/**
 * Limits from several sources as one: the most restrictive that applies, and whose it is. Whatever cannot be understood
 * makes the answer lower, never higher: without a trusted time every request applies, whatever its hours; a number that is
 * none stands for the lowest that anybody asked for; and where nobody asks for anything, nothing may be exported.
 */
import { Instant, Watts } from "@csj/quantity";
import type { LimitRequest } from "../site.ts";

/** A request that begins at an instant. One that is over before it begins stands for good. */
export interface TimedRequest extends LimitRequest {
  readonly from?: Instant;
}

export interface MergedLimit {
  readonly allowed: Watts;
  /** Whose request it is, the first one of several alike; `nobody` where none applies. */
  readonly origin: string;
  /** When another answer may be due; absent where the requests name no later instant, or time is not known. */
  readonly next?: Instant;
}

export const NOBODY = "nobody";

/** `now` is undefined where the clock is not trusted. */
export function mergeLimits(requests: readonly TimedRequest[], now: Instant | undefined): MergedLimit {
  const known = now !== undefined && Number.isFinite(now) ? now : undefined;
  const lowest = lowestOf(requests);
  let allowed = Infinity;
  let origin = NOBODY;
  for (const request of requests) {
    if (!applies(request, known)) continue;
    const watts = wattsOf(request, lowest);
    if (watts < allowed) [allowed, origin] = [watts, request.origin];
  }
  const next = nextChange(requests, known);
  const merged = { allowed: Watts(allowed < Infinity ? allowed : 0), origin };
  return next === undefined ? merged : { ...merged, next };
}

/** Of all that was asked for, at any time; 0 where no number was. */
function lowestOf(requests: readonly TimedRequest[]): number {
  let lowest = Infinity;
  for (const { allowed } of requests) if (Number.isFinite(allowed)) lowest = Math.min(lowest, Math.max(0, allowed));
  return lowest < Infinity ? lowest : 0;
}

function wattsOf({ allowed }: TimedRequest, lowest: number): number {
  return Number.isFinite(allowed) ? Math.max(0, allowed) : lowest;
}

function applies(request: TimedRequest, now: number | undefined): boolean {
  if (now === undefined || isForGood(request)) return true;
  return !(request.from !== undefined && now < request.from) && !(request.until !== undefined && now >= request.until);
}

function isForGood({ from, until }: TimedRequest): boolean {
  return from !== undefined && until !== undefined && !(from < until);
}

function nextChange(requests: readonly TimedRequest[], now: number | undefined): Instant | undefined {
  if (now === undefined) return undefined;
  let next = Infinity;
  for (const request of requests) {
    if (isForGood(request)) continue;
    for (const at of [request.from, request.until]) if (at !== undefined && at > now) next = Math.min(next, at);
  }
  return next < Infinity ? Instant(next) : undefined;
}

/** Was export held: how long it was over, how soon it was back after the limit was lowered, and what tripped. */
import { type Trip, toleranceOf, tripOver } from "../standard/standard.ts";
import { ofKind } from "./collect.ts";
import { type DatedPicture, inRange, type Material, unseenIn } from "./material.ts";
import { type Over, stretchesOver } from "./over.ts";
import { answer, judged, lasted, type RuleResult, when, worst } from "./result.ts";

/** A cycle of a second, and one more that was lost: what happens at a moment is in the records by then. */
const GRACE_MS = 2_000;

export function backWithin(material: Material): RuleResult {
  const { standard, over, range, unseenMs } = material;
  const limit = standard.back_within_s.value * 1000;
  const mine = over.filter((one) => inRange(one, range));
  const longest = longestOf([...mine, ...byMinutes(material)]);
  const sure = longest?.sureMs ?? 0;
  const possible = Math.max(unseenMs, ...mine.map(({ possibleMs }) => possibleMs));
  const result = judged(sure, possible, limit);
  const seen = longest === undefined ? "never over" : `over for ${lasted(sure)} at the longest, at ${when(longest.at)}`;
  const unseen = possible > limit && result !== "fail" ? `; for ${lasted(possible)} nothing shows that it was not` : "";
  return answer("back-within", result, `${seen}; ${lasted(limit)} may pass${unseen}`, standard.back_within_s);
}

interface Length {
  readonly at: number;
  readonly sureMs: number;
}

/** Where the log counted from no less than the standard does, its own lengths are sure, also of what it thinned out. */
function byMinutes({ minutes, standard, ratedW, range }: Material): Length[] {
  const tolerance = toleranceOf(standard, ratedW);
  return minutes
    .filter(({ record }) => record.over_longest_ms > 0 && record.tolerance_w >= tolerance)
    .map(({ at, record }) => ({
      at: Math.max(range.from, at - record.over_longest_ms),
      sureMs: record.over_longest_ms,
    }));
}

function longestOf(over: readonly Length[]): Length | undefined {
  return over.reduce<Length | undefined>((most, one) => (one.sureMs > (most?.sureMs ?? -1) ? one : most), undefined);
}

/** After each lowered limit. */
export function response(material: Material): RuleResult {
  const { dated, range, standard } = material;
  const limit = standard.back_within_s.value * 1000;
  const lowered = ofKind(dated, "limit").filter((one) => inRange(one, range) && one.record.to_w < one.record.from_w);
  if (lowered.length === 0) return answer("response", "pass", "no limit was lowered", standard.back_within_s);
  const each = lowered.map(({ run, record, at }) => ({ at, ...responseTo(material, run, record.t_ms) }));
  const result = worst(each.map(({ sureMs, possibleMs }) => judged(sureMs, possibleMs, limit)));
  const slowest = each.reduce((most, one) => (one.possibleMs > most.possibleMs ? one : most));
  const says = `${lowered.length} lowered, the slowest answer took ${lasted(slowest.possibleMs)} at ${when(slowest.at)}; ${lasted(limit)} may pass`;
  return answer("response", result, says, standard.back_within_s);
}

function responseTo({ over, cycles }: Material, run: number, t: number): { sureMs: number; possibleMs: number } {
  const shown = cycles.some((one) => one.run === run && one.record.t_ms >= t && one.record.t_ms <= t + GRACE_MS);
  if (!shown) return { sureMs: 0, possibleMs: Number.POSITIVE_INFINITY };
  // What was over before the change is not the change's doing, and must be gone in time all the same.
  const after = over.filter((one) => one.run === run && one.from <= t + GRACE_MS && endOf(one) > t);
  return {
    sureMs: Math.max(0, ...after.map(({ to }) => to - t)),
    possibleMs: Math.max(0, ...after.map((one) => endOf(one) - t)),
  };
}

function endOf({ from, possibleMs, to }: Over): number {
  return Math.max(to, from + possibleMs);
}

export function trips(material: Material): RuleResult[] {
  return material.standard.trips.map((trip, index) => tripped(material, trip, index));
}

/** Where it was over for longer than the trip's time, the trip must show. */
function tripped(material: Material, trip: Trip, index: number): RuleResult {
  const { cycles, range, standard, ratedW, pictures } = material;
  const over = stretchesOver(cycles, ({ record }) => tripOver(trip, standard, record.allowed_w, ratedW));
  const limit = trip.after_s.value * 1000;
  const mine = over.filter((one) => inRange(one, range));
  const due = mine.filter(({ sureMs }) => sureMs > limit);
  const missed = due.filter((one) => !acted(pictures, one, limit, trip));
  const doubt = Math.max(unseenFor(material, trip), ...mine.map(({ possibleMs }) => possibleMs));
  const result = missed.length > 0 ? "fail" : doubt > limit && due.length === 0 ? "not-shown" : "pass";
  const from = trip.over_times === undefined ? "the tolerance" : `${trip.over_times.value} x the limit`;
  const found = missed[0] === undefined ? `due ${due.length} times` : `due and not seen at ${when(missed[0].at)}`;
  const says = `${trip.action} above ${from} for ${lasted(limit)}: ${found}${result === "not-shown" ? `; for ${lasted(doubt)} it was not seen whether it was due` : ""}`;
  return answer(`trip-${index + 1}`, result, says, trip.after_s);
}

function unseenFor({ minutes, gaps, standard, ratedW }: Material, trip: Trip): number {
  const inMinutes = minutes.map(({ record }) => {
    const lowest = Math.min(record.allowed_min_w, record.allowed_max_w);
    return unseenIn(record, tripOver(trip, standard, lowest, ratedW));
  });
  return Math.max(0, ...inMinutes, ...gaps.map(({ doubtMs }) => doubtMs));
}

function acted(pictures: readonly DatedPicture[], over: Over, limit: number, trip: Trip): boolean {
  const due = over.from + limit;
  return pictures.some(({ run, record }) => {
    if (run !== over.run || record.t_ms < over.from || record.t_ms > due + GRACE_MS) return false;
    const safe = record.mode === "failsafe" || record.mode === "lockout";
    return trip.action === "disconnect" ? safe && record.limit_w === 0 : safe;
  });
}

/** The allowed export against the lowest share of the rating that the standard covers. */
export function lowestShare({ standard, pictures, range, ratedW }: Material): RuleResult[] {
  const figure = standard.lowest_limit_percent;
  if (figure === undefined) return [];
  const lowest = (figure.value * ratedW) / 100;
  const mine = pictures.filter((one) => inRange(one, range));
  const below = mine.find(({ record }) => record.allowed_w < lowest);
  const result = ratedW === 0 || mine.length === 0 ? "not-shown" : below === undefined ? "pass" : "fail";
  const says =
    ratedW === 0
      ? "no record names the rating"
      : `the allowed export ${below === undefined ? "was never" : `of ${below.record.allowed_w} W was`} below ${figure.value} % of ${ratedW} W`;
  return [answer("lowest-limit", result, says, figure)];
}

export function toleranceSays({ standard, ratedW }: Material): string {
  return `over means more than ${Math.round(toleranceOf(standard, ratedW))} W beyond the allowed export`;
}

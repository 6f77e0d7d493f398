/** Did the site do what it must when it is not well: locked after so many excursions, safe when the meter is lost. */
import type { Dated } from "./collect.ts";
import { ofKind } from "./collect.ts";
import { type DatedPicture, inRange, type Material } from "./material.ts";
import type { Over } from "./over.ts";
import { answer, lasted, type RuleResult, when } from "./result.ts";

const HOUR_MS = 3_600_000;
/** Until a mode that is due must show: two cycles, and the write of a second. */
const GRACE_MS = 3_000;

/** Excursions counted anew from the measurements, and each lockout that they ask for. */
export function excursions(material: Material): RuleResult[] {
  const { standard, range } = material;
  const asked = standard.excursions;
  if (asked === undefined) return [];
  const longer = asked.longer_than_s.value * 1000;
  const counted = material.over.filter((one) => one.sureMs > longer && !excused(material, one));
  const due = dueLockouts(counted, asked.count.value, asked.window_h.value * HOUR_MS, longer);
  const missed = due.filter((one) => inRange({ at: one.at }, range) && !lockedBy(material, one));
  const unsure =
    material.unseenMs > longer || material.over.some((one) => one.sureMs <= longer && one.possibleMs > longer);
  const mine = counted.filter((one) => inRange(one, range)).length;
  const result = missed.length > 0 ? "fail" : unsure ? "not-shown" : "pass";
  const locked =
    missed[0] === undefined
      ? `${due.length} lockouts due`
      : `a lockout was due at ${when(missed[0].at)} and did not show`;
  const doubt = unsure && result !== "fail" ? "; time that was not seen may hold more" : "";
  const says = `${mine} longer than ${lasted(longer)}, ${asked.count.value} within ${asked.window_h.value} h lock the site; ${locked}${doubt}`;
  return [answer("excursions", result, says, asked.count)];
}

interface Due {
  readonly run: number;
  /** Monotonic and UTC. */
  readonly t: number;
  readonly at: number;
}

/** A lockout ends the count: what led to it does not lead to the next one. */
function dueLockouts(counted: readonly Over[], count: number, window: number, longer: number): Due[] {
  const due: Due[] = [];
  let recent: Over[] = [];
  for (const one of counted) {
    recent = [...recent.filter(({ at }) => one.at - at < window), one];
    if (recent.length < count) continue;
    due.push({ run: one.run, t: one.from + longer, at: one.at + longer });
    recent = [];
  }
  return due;
}

function lockedBy({ pictures }: Material, due: Due): boolean {
  return pictures.some(
    ({ run, record }) =>
      run === due.run &&
      record.mode === "lockout" &&
      record.t_ms >= due.t - GRACE_MS &&
      record.t_ms <= due.t + GRACE_MS,
  );
}

/** While maintenance is switched on, excursions are recorded and not counted. */
function excused({ dated }: Material, over: Over): boolean {
  return ofKind(dated, "excursion").some(
    ({ run, record }) =>
      run === over.run && record.maintenance && record.started_t_ms <= over.from && record.t_ms >= over.to,
  );
}

interface Lockout {
  readonly begun: DatedPicture;
  readonly left: DatedPicture | undefined;
}

/** Each lockout lasts its time, over a restart as well, and lets nothing through. */
export function lockouts(material: Material): RuleResult[] {
  const asked = material.standard.excursions;
  if (asked === undefined) return [];
  const lasts = asked.lockout_h.value * HOUR_MS;
  const found = lockoutsIn(material);
  if (found.length === 0) return [answer("lockout", "pass", "the site was never locked", asked.lockout_h)];
  const early = found.find(
    ({ begun, left }) => left !== undefined && left.at - begun.at < lasts - GRACE_MS && !wasReset(material, left),
  );
  const open = material.pictures.find(({ record }) => record.mode === "lockout" && record.limit_w > 0);
  const longest = Math.max(...found.map(({ begun, left }) => (left?.at ?? material.range.to) - begun.at));
  const says =
    early !== undefined
      ? `left after ${lasted((early.left?.at ?? 0) - early.begun.at)} at ${when(early.left?.at ?? 0)}; it must last ${lasted(lasts)}`
      : open !== undefined
        ? `the limit was ${open.record.limit_w} W in a lockout at ${when(open.at)}`
        : `${found.length} lockouts, ${lasted(longest)} at the longest; each must last ${lasted(lasts)}`;
  return [answer("lockout", early !== undefined || open !== undefined ? "fail" : "pass", says, asked.lockout_h)];
}

function lockoutsIn({ pictures, range }: Material): Lockout[] {
  const found: Lockout[] = [];
  let begun: DatedPicture | undefined;
  for (const picture of [...pictures].sort((a, b) => a.at - b.at)) {
    const locked = picture.record.mode === "lockout";
    if (locked) begun ??= picture;
    else if (begun !== undefined) {
      if (picture.at >= range.from) found.push({ begun, left: picture });
      begun = undefined;
    }
  }
  if (begun !== undefined && begun.at < range.to) found.push({ begun, left: undefined });
  return found;
}

/** An operator may end it; the log names him. */
function wasReset({ dated }: Material, left: Dated): boolean {
  return ofKind(dated, "action").some(
    ({ record, at }) => record.action === "reset" && at <= left.at && left.at - at < GRACE_MS + 60_000,
  );
}

/** A meter that is lost for longer than the standard allows must show as a safe mode, or as a limit of 0. */
export function failsafe({ standard, minutes }: Material): RuleResult {
  const figure = standard.failsafe.lost_after_s;
  const limit = figure.value * 1000;
  const lost = minutes.filter(({ record }) => record.unread_longest_ms > limit + GRACE_MS);
  const unsafe = lost.filter(
    ({ record: { modes, limit_max_w } }) => (modes["failsafe"] ?? 0) + (modes["lockout"] ?? 0) === 0 && limit_max_w > 0,
  );
  const longest = Math.max(0, ...minutes.map(({ record }) => record.unread_longest_ms));
  const seen = `the meter was not seen for ${lasted(longest)} at the longest; ${lasted(limit)} may pass before the limit is the safe one`;
  if (minutes.length === 0) return answer("failsafe", "not-shown", "no minute of this time is in the log", figure);
  const [first] = unsafe;
  if (first === undefined) return answer("failsafe", "pass", seen, figure);
  return answer("failsafe", "fail", `${seen}; at ${when(first.at)} it was not`, figure);
}

/**
 * What a unit may feed, which is not what it was told last: a lowered limit takes a write, a dead time and the inverter's
 * own answer, and each of them may be lost. A unit counts as its higher limit until it has confirmed the lower one and had
 * the time to follow; only then may others have what it gave up.
 */
import { Millis, Watts } from "@csj/quantity";
import type { UnitImage } from "../site.ts";
import { finite, type Plate } from "./plate.ts";
import type { FleetOptions, Pending, UnitState } from "./types.ts";
import type { Unit } from "./unit.ts";

/** Lowered limits remembered for one unit; the two newest count as one beyond that. */
const PENDING_MAX = 4;

/** Output this far above what it may be, as a share of the rating, is not noise. */
const OVER_WITHIN = 0.03;

/** An older output says nothing about now, where the options do not say otherwise. */
const STALE_AFTER_MS = 3_000;

type Exposure = Pick<Unit, "ceiling" | "holds" | "assumed" | "feeds" | "isOver" | "pending" | "lastOutput" | "strange">;

export function exposureOf(
  plate: Plate,
  before: UnitState | undefined,
  image: UnitImage | undefined,
  options: FleetOptions,
): Exposure {
  const pending = pendingOf(plate, before, image, options.now);
  const limited = highest(plate, before, image, pending);
  const lastOutput = finite(image?.output?.watts) ?? before?.lastOutput;
  const fresh = freshOutput(image, options);
  const isOver = fresh !== undefined && fresh > limited + OVER_WITHIN * plate.top;
  const ceiling = isOver ? fresh : limited;
  const open = pending.filter(({ confirmedAt: at }) => !(at !== undefined && options.now >= at + plate.deadTime));
  return {
    ceiling,
    holds: highest(plate, before, image, open),
    isOver,
    assumed:
      image?.reachable === true
        ? undefined
        : unreachable(plate, before, image, { ceiling, output: lastOutput, options }),
    feeds: Math.min(ceiling, fresh ?? ceiling),
    pending,
    strange: isStrange(image),
    lastOutput: lastOutput === undefined ? undefined : Watts(lastOutput),
  };
}

/** Adds the limit that was left, where the new one is lower. */
export function lowered(pending: readonly Pending[], from: number, to: number, now: Millis): readonly Pending[] {
  const above = pending.filter(({ limit }) => limit > to);
  if (!(from > to)) return above;
  const next: Pending = { limit: Watts(from), loweredAt: now, confirmedAt: undefined };
  const last = above[PENDING_MAX - 1];
  if (last === undefined) return [...above, next];
  return [...above.slice(0, -1), { ...next, limit: Watts(Math.max(last.limit, from)) }];
}

function pendingOf(
  plate: Plate,
  before: UnitState | undefined,
  image: UnitImage | undefined,
  now: Millis,
): readonly Pending[] {
  if (isStrange(image) && before?.strange !== true) return [unconfirmed(plate.top, now)];
  if (before === undefined) return [unconfirmed(finite(image?.held?.limit) ?? plate.top, now)];
  const followed = ({ confirmedAt }: Pending) => confirmedAt !== undefined && now >= confirmedAt + plate.settle;
  return before.pending.map((one) => confirmed(one, image)).filter((one) => !followed(one));
}

/** It holds what nobody here told it, from when that is found until it confirms a command. */
export function isStrange(image: UnitImage | undefined): boolean {
  return image?.restarted === true || image?.foreign === true;
}

const unconfirmed = (limit: number, now: Millis): Pending => ({
  limit: Watts(limit),
  loweredAt: now,
  confirmedAt: undefined,
});

function confirmed(one: Pending, image: UnitImage | undefined): Pending {
  const held = image?.held;
  if (one.confirmedAt !== undefined || held === undefined) return one;
  const taken = held.at >= one.loweredAt && held.limit < one.limit;
  return taken ? { ...one, confirmedAt: Millis(held.at) } : one;
}

/** The highest of what it was told last, what it said it holds, and what was lowered. */
function highest(
  plate: Plate,
  before: UnitState | undefined,
  image: UnitImage | undefined,
  pending: readonly Pending[],
): number {
  let ceiling = Math.max(0, before?.command ?? 0, finite(image?.held?.limit) ?? plate.top);
  for (const { limit } of pending) ceiling = Math.max(ceiling, limit);
  return Math.min(ceiling, plate.top);
}

function freshOutput(image: UnitImage | undefined, { now, staleAfter }: FleetOptions): number | undefined {
  const output = finite(image?.output?.watts);
  const age = now - (image?.output?.at ?? Number.NaN);
  return age >= 0 && age <= (staleAfter ?? STALE_AFTER_MS) && output !== undefined ? Math.max(0, output) : undefined;
}

interface Known {
  readonly ceiling: number;
  readonly output: number | undefined;
  readonly options: FleetOptions;
}

function unreachable(plate: Plate, before: UnitState | undefined, image: UnitImage | undefined, known: Known): number {
  const output = Math.max(0, known.output ?? 0);
  if (known.options.unreachable === "last-output" && known.output !== undefined) return output;
  if (!plate.isBounded) return Infinity;
  const fallen = fallenTo(plate, before, image, known.options);
  if (fallen !== undefined) return fallen;
  return Math.max(isReleased(plate, image, known.options) ? plate.top : known.ceiling, output);
}

/** Its own timer has run out: what it falls to, or what it was told last in case only its answers are lost. */
function fallenTo(
  plate: Plate,
  before: UnitState | undefined,
  image: UnitImage | undefined,
  { now }: FleetOptions,
): number | undefined {
  const { silence } = plate.spec;
  const fallback = finite(silence?.fallback);
  if (silence?.onSilence !== "falls-to-value" || silence.timeout === undefined || fallback === undefined) return;
  if (image?.held === undefined || isStrange(image)) return;
  if (!(now >= image.held.at + silence.timeout + plate.settle)) return;
  return Math.max(0, fallback, before?.command ?? plate.top);
}

function isReleased(plate: Plate, image: UnitImage | undefined, { now }: FleetOptions): boolean {
  const held = image?.held;
  const { silence } = plate.spec;
  if (held === undefined) return true;
  if (silence?.onSilence !== "releases" && silence?.onSilence !== "unknown") return false;
  return !(silence.timeout !== undefined && now < held.at + silence.timeout);
}

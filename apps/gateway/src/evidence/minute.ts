/**
 * All cycles of a minute as one record. It is what a proof covers the day with: full rate around excursions, and for the
 * rest the extremes of every minute, so that "it was never over" is shown by something and not by silence.
 */
import type { BodyOf } from "@csj/export-limit";
import type { SeenCycle } from "./facts.ts";
import { excess, moment, span, whole, wholeOr0 } from "./rounded.ts";
import { Stretch } from "./stretch.ts";

/** A pause between two cycles longer than this was seen by nobody. */
const STALL_MS = 5_000;
/** For so long the last output that nothing held back stands for what the sun gives. */
const AVAILABLE_FOR_MS = 900_000;
const MILLIWATT_HOURS = 3_600;

interface Sums {
  from: number;
  cycles: number;
  read: number;
  grid: Range;
  limit: Range;
  allowed: Range;
  over: Range;
  exported: number;
  pv: number;
  curtailed: number;
  held: number;
  heldUnknown: number;
  tolerance: number;
  modes: Record<string, number>;
}

class Range {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;

  add(value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return;
    this.low = Math.min(this.low, value);
    this.high = Math.max(this.high, value);
  }
}

export class Minute {
  #sums: Sums | undefined;
  #last: SeenCycle | undefined;
  /** The last output that nothing held back. */
  #free: { readonly watts: number; readonly at: number } | undefined;
  readonly #over = new Stretch();
  readonly #any = new Stretch();
  readonly #doubt = new Stretch();
  readonly #unread = new Stretch();

  /** When the time that the next record spans began; undefined before the first cycle. */
  get from(): number | undefined {
    return this.#sums?.from;
  }

  add(cycle: SeenCycle): void {
    const { now } = cycle;
    const last = this.#last;
    const stalled = last !== undefined && now - last.now > STALL_MS;
    this.#sums ??= emptySums(now);
    if (last !== undefined) this.#integrate(last, now - last.now);
    if (stalled) {
      this.#doubt.set(true, now, last.now);
      this.#unread.set(true, now, last.now);
    }
    this.#over.set(cycle.isOver, now);
    this.#any.set(cycle.over !== undefined && cycle.over > 0, now);
    this.#doubt.set(!cycle.clear, now);
    this.#unread.set(!cycle.read, now);
    this.#count(this.#sums, cycle);
    this.#last = cycle;
  }

  /** The minute until `now`; undefined where no cycle lies in it. */
  take(now: number, wall: number | undefined): BodyOf<"minute"> | undefined {
    const sums = this.#sums;
    const last = this.#last;
    if (sums === undefined || last === undefined) return undefined;
    const stretches = {
      over: this.#over.take(now),
      any: this.#any.take(now),
      doubt: this.#doubt.take(now),
      unread: this.#unread.take(now),
    };
    this.#sums = emptySums(now);
    // The values at the boundary belong to both minutes: they hold until the next cycle.
    this.#note(this.#sums, last);
    return { ...bodyOf(sums), ...moment(now, wall), ...lengths(stretches) };
  }

  #count(sums: Sums, cycle: SeenCycle): void {
    sums.cycles += 1;
    if (cycle.read) sums.read += 1;
    this.#note(sums, cycle);
    if (!cycle.held && cycle.pvW !== undefined) this.#free = { watts: cycle.pvW, at: cycle.now };
  }

  #note(sums: Sums, cycle: SeenCycle): void {
    if (cycle.read) sums.grid.add(cycle.gridW);
    sums.limit.add(cycle.limitW);
    sums.allowed.add(cycle.allowedW);
    sums.over.add(cycle.over);
    sums.tolerance = Math.max(sums.tolerance, cycle.tolerance);
  }

  /** Each value holds until the next one, for `STALL_MS` at the most. */
  #integrate(cycle: SeenCycle, pause: number): void {
    const sums = this.#sums;
    if (sums === undefined) return;
    const ms = Math.min(Math.max(0, pause), STALL_MS);
    const mwh = (watts: number | undefined) => (Math.max(0, watts ?? 0) * ms) / MILLIWATT_HOURS;
    sums.modes[cycle.mode] = (sums.modes[cycle.mode] ?? 0) + ms;
    if (cycle.gridW !== undefined) sums.exported += mwh(-cycle.gridW);
    sums.pv += mwh(cycle.pvW);
    if (!cycle.held) return;
    sums.held += ms;
    const available = this.#available(cycle);
    if (available === undefined || cycle.pvW === undefined) sums.heldUnknown += ms;
    else sums.curtailed += mwh(available - cycle.pvW);
  }

  #available(cycle: SeenCycle): number | undefined {
    if (cycle.availableW !== undefined) return cycle.availableW;
    const free = this.#free;
    return free !== undefined && cycle.now - free.at <= AVAILABLE_FOR_MS ? free.watts : undefined;
  }
}

function emptySums(from: number): Sums {
  return {
    from,
    cycles: 0,
    read: 0,
    grid: new Range(),
    limit: new Range(),
    allowed: new Range(),
    over: new Range(),
    exported: 0,
    pv: 0,
    curtailed: 0,
    held: 0,
    heldUnknown: 0,
    tolerance: 0,
    modes: {},
  };
}

type Fixed = "kind" | "t_ms" | "wall_ms" | "over_ms" | "over_longest_ms" | "any_longest_ms";
type Lengths = "doubt_longest_ms" | "unread_longest_ms";

function bodyOf(sums: Sums): Omit<BodyOf<"minute">, Exclude<Fixed, "kind"> | Lengths> {
  return {
    kind: "minute",
    from_t_ms: wholeOr0(sums.from),
    cycles: sums.cycles,
    read: sums.read,
    grid_min_w: whole(sums.grid.low),
    grid_max_w: whole(sums.grid.high),
    over_max_w: excess(sums.over.high),
    tolerance_w: span(sums.tolerance),
    exported_mwh: span(sums.exported),
    pv_mwh: span(sums.pv),
    curtailed_mwh: span(sums.curtailed),
    held_ms: span(sums.held),
    held_unknown_ms: span(sums.heldUnknown),
    limit_min_w: wholeOr0(sums.limit.low),
    limit_max_w: wholeOr0(sums.limit.high),
    allowed_min_w: wholeOr0(sums.allowed.low),
    allowed_max_w: wholeOr0(sums.allowed.high),
    headroom_min_w: whole(-sums.over.high),
    modes: Object.fromEntries(Object.entries(sums.modes).map(([mode, ms]) => [mode, span(ms)])),
  };
}

interface Taken {
  readonly total: number;
  readonly longest: number;
}

function lengths(
  of: Record<"over" | "any" | "doubt" | "unread", Taken>,
): Pick<BodyOf<"minute">, Exclude<Fixed | Lengths, "kind" | "t_ms" | "wall_ms">> {
  return {
    over_ms: span(of.over.total),
    over_longest_ms: span(of.over.longest),
    any_longest_ms: span(of.any.longest),
    doubt_longest_ms: span(of.doubt.longest),
    unread_longest_ms: span(of.unread.longest),
  };
}

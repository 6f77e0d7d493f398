/**
 * A week of supply judged by EN 50160, from what the aggregation, the flicker meter and the event detector give.
 *
 * An interval counts once: what comes again (a clock set back) is counted as repeated and changes nothing. An interval
 * that was measured for less than 95 % of its time is missing. The verdict of each criterion and voltage is `tally.ts`'s.
 */
import type { AggregateRecord } from "../aggregate/record.ts";
import type { TenSeconds } from "../aggregate/ten-seconds.ts";
import { metrologyErrors } from "../errors.ts";
import type { VoltageEvent } from "../event/event.ts";
import { longTerm, PLT_INTERVALS } from "../flicker/long-term.ts";
import { type ChannelId, channelIndex } from "../frame/channel.ts";
import type { Layout } from "../frame/layout.ts";
import { HARMONIC_PLACES } from "../window/record.ts";
import { type EventCounts, EventTables } from "./event-tables.ts";
import { en50160Criteria, type QualityCriterion } from "./limits.ts";
import { type QualityVerdict, Tally } from "./tally.ts";

export const WEEK_MS = 604_800_000;
const TEN_MINUTES_MS = 600_000;
const TEN_SECONDS_MS = 10_000;
const expected = { "ten-seconds": 60_480, "ten-minutes": 1008, "two-hours": 84 } as const;
/** Part of ten minutes that may be missing. */
const MISSING_MAX_SECONDS = 30;

export interface CriterionVerdict {
  readonly criterion: QualityCriterion;
  /** Undefined where it is the site's: frequency, unbalance. */
  readonly channel: ChannelId | undefined;
  readonly within: number;
  readonly outside: number;
  readonly flagged: number;
  readonly missing: number;
  /** Part within of those judged; null where none was. */
  readonly share: number | null;
  /** The value furthest from the middle of what is allowed, in the criterion's unit; null where there was none. */
  readonly worst: number | null;
  readonly verdict: QualityVerdict;
}

export interface WeekVerdict {
  /** UTC, ms. */
  readonly start: number;
  readonly end: number;
  /** "fail" where one criterion fails; "pass" where all pass. */
  readonly verdict: QualityVerdict;
  readonly criteria: readonly CriterionVerdict[];
  readonly events: EventCounts;
  /** Intervals that came a second time and were not counted. */
  readonly repeated: number;
}

interface Line {
  readonly criterion: QualityCriterion;
  readonly channel: ChannelId | undefined;
  readonly tally: Tally;
}

type Site = Pick<Layout, "channels" | "nominalHertz" | "nominalVolts">;

export class En50160Week {
  readonly start: number;
  readonly #site: Site;
  readonly #voltages: readonly ChannelId[];
  readonly #lines: readonly Line[];
  readonly #seenSeconds = new Uint8Array(expected["ten-seconds"]);
  readonly #seenMinutes = new Uint8Array(expected["ten-minutes"]);
  /** By 10 minutes and voltage; flagged by 10 minutes. */
  readonly #pst: Float64Array;
  readonly #pstFlagged = new Uint8Array(expected["ten-minutes"]);
  readonly #events = new EventTables();
  #repeated = 0;

  /** @param start UTC instant in ms at which the week begins, a multiple of 10 minutes */
  constructor(start: number, site: Site, criteria: readonly QualityCriterion[] = en50160Criteria) {
    if (!(start % TEN_MINUTES_MS === 0)) {
      throw metrologyErrors.METROLOGY_WEEK_REFUSED(`A week cannot begin at ${start} ms.`);
    }
    this.start = start;
    this.#site = site;
    this.#voltages = site.channels.filter((id) => id === "u1" || id === "u2" || id === "u3");
    this.#lines = criteria.flatMap((criterion) => linesOf(criterion, this.#voltages));
    this.#pst = new Float64Array(expected["ten-minutes"] * this.#voltages.length).fill(Number.NaN);
  }

  /** What lies outside the week is not counted, here and below. */
  takeTenSeconds({ start, frequency }: TenSeconds): void {
    if (Number.isNaN(frequency) || !this.#isNew(this.#seenSeconds, (start - this.start) / TEN_SECONDS_MS)) return;
    this.#count("ten-seconds", false, () => frequency / this.#site.nominalHertz);
  }

  takeTenMinutes(record: AggregateRecord): void {
    if (record.missing > MISSING_MAX_SECONDS) return;
    if (!this.#isNew(this.#seenMinutes, (record.start - this.start) / TEN_MINUTES_MS)) return;
    this.#count("ten-minutes", record.flagged, (line) => this.#valueOf(record, line));
  }

  /** @param start UTC instant at which the 10 minutes began @param pst by channel @param flagged as the 10 minutes are */
  takePst(start: number, pst: Float64Array, flagged: boolean): void {
    const slot = (start - this.start) / TEN_MINUTES_MS;
    if (!(Number.isInteger(slot) && slot >= 0 && slot < expected["ten-minutes"])) return;
    this.#voltages.forEach((id, k) => {
      this.#pst[slot * this.#voltages.length + k] = pst[channelIndex(id)]!;
    });
    this.#pstFlagged[slot] = flagged ? 1 : 0;
  }

  takeEvent(event: VoltageEvent): void {
    if (event.start >= this.start && event.start < this.start + WEEK_MS) this.#events.take(event);
  }

  /** The verdict as things stand: before the week is over, what is to come is missing. */
  verdict(): WeekVerdict {
    const criteria = this.#lines.map((line) => judge(line, this.#tallyOf(line)));
    const failed = criteria.some(({ verdict }) => verdict === "fail");
    const passed = criteria.every(({ verdict }) => verdict === "pass");
    return {
      start: this.start,
      end: this.start + WEEK_MS,
      verdict: failed ? "fail" : passed ? "pass" : "incomplete",
      criteria,
      events: this.#events.counts(),
      repeated: this.#repeated,
    };
  }

  #isNew(seen: Uint8Array, slot: number): boolean {
    if (!(Number.isInteger(slot) && slot >= 0 && slot < seen.length)) return false;
    if (seen[slot] === 1) {
      this.#repeated++;
      return false;
    }
    seen[slot] = 1;
    return true;
  }

  #count(interval: QualityCriterion["interval"], flagged: boolean, value: (line: Line) => number): void {
    for (const line of this.#lines) {
      if (line.criterion.interval === interval) line.tally.take(value(line), flagged);
    }
  }

  #valueOf(record: AggregateRecord, { criterion, channel }: Line): number {
    if (channel === undefined) return record.unbalanceNegative;
    const place = channelIndex(channel);
    if (criterion.quantity === "voltage") return record.rms[place]! / this.#site.nominalVolts;
    if (criterion.quantity === "thd") return record.thd[place]!;
    const at = place * HARMONIC_PLACES;
    return record.harmonics[at + (criterion.order ?? 0)]! / record.harmonics[at + 1]!;
  }

  /** Plt is made when it is asked for, of each twelve Pst from the start of the week on. */
  #tallyOf({ criterion, channel, tally }: Line): Tally {
    if (criterion.quantity !== "flicker" || channel === undefined) return tally;
    const made = new Tally(criterion.low, criterion.high);
    const voltage = this.#voltages.indexOf(channel);
    for (let first = 0; first < expected["ten-minutes"]; first += PLT_INTERVALS) {
      const slots = Array.from({ length: PLT_INTERVALS }, (_, k) => first + k);
      const pst = slots.map((slot) => this.#pst[slot * this.#voltages.length + voltage]!);
      made.take(
        longTerm(pst),
        slots.some((slot) => this.#pstFlagged[slot] === 1),
      );
    }
    return made;
  }
}

function linesOf(criterion: QualityCriterion, voltages: readonly ChannelId[]): Line[] {
  const line = (channel: ChannelId | undefined) => ({
    criterion,
    channel,
    tally: new Tally(criterion.low, criterion.high),
  });
  if (criterion.quantity === "frequency") return [line(undefined)];
  if (criterion.quantity === "unbalance") return voltages.length === 3 ? [line(undefined)] : [];
  return voltages.map(line);
}

function judge({ criterion, channel }: Line, tally: Tally): CriterionVerdict {
  const intervals = expected[criterion.interval];
  const judged = tally.within + tally.outside;
  return {
    criterion,
    channel,
    within: tally.within,
    outside: tally.outside,
    flagged: tally.flagged,
    missing: tally.missing(intervals),
    share: judged === 0 ? null : tally.within / judged,
    worst: Number.isNaN(tally.worst) ? null : tally.worst,
    verdict: tally.verdict(intervals, criterion.share),
  };
}

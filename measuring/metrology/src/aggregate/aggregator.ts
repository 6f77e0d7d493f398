/**
 * Windows to 150/180 cycles, 10 minutes and 2 hours (IEC 61000-4-30, 4.5, class A).
 *
 * A window belongs to the 10 minutes in which it began. Class A cuts windows anew at each 10-minute tick of the clock, so
 * that the last window before the tick reaches over it and overlaps the first one after it; where windows are not cut
 * anew (class S) the same rule leaves none out and counts none twice. The short interval in which the tick falls is
 * filled up with the windows after the tick, and a new one begins at the tick with the same windows; so it may overlap by
 * up to 3 s, and says so.
 *
 * Before the stream has been given a time there are only short intervals: a tick is the clock's, never counted.
 */
import type { WindowRecord } from "../window/record.ts";
import { Gatherer } from "./gatherer.ts";
import type { AggregateRecord } from "./record.ts";

export const SHORT_WINDOWS = 15;
export const TEN_MINUTES_MS = 600_000;
export const TWO_HOURS_MS = 7_200_000;
/** A window that begins so little before the tick begins at it: instants are sums of rounded numbers. */
const TICK_TOLERANCE_MS = 1;

/** The record is the receiver's for the call only. */
export interface AggregateListener {
  short?(record: AggregateRecord): void;
  tenMinutes?(record: AggregateRecord): void;
  twoHours?(record: AggregateRecord): void;
}

export class Aggregator {
  readonly #listener: AggregateListener;
  #short = new Gatherer("short");
  #overlapping = new Gatherer("short");
  readonly #tenMinutes = new Gatherer("ten-minutes");
  readonly #twoHours = new Gatherer("two-hours");

  constructor(listener: AggregateListener) {
    this.#listener = listener;
  }

  take(window: WindowRecord): void {
    const begun = window.at - window.seconds * 1000;
    const tick = Math.floor((begun + TICK_TOLERANCE_MS) / TEN_MINUTES_MS) * TEN_MINUTES_MS;
    if (!Number.isNaN(tick)) this.#onTheClock(window, tick);
    this.#addShort(this.#short, window, begun);
    if (this.#overlapping.record.parts > 0) this.#addShort(this.#overlapping, window, begun);
  }

  /** Ends what goes on, with what was missing said: at the end of a stream, or before its clock is set anew. */
  finish(): void {
    this.#endTenMinutes();
    this.#endTwoHours();
    this.#short.clear();
    this.#overlapping.clear();
  }

  #onTheClock(window: WindowRecord, tick: number): void {
    const ten = this.#tenMinutes.record;
    if (ten.parts > 0 && ten.start !== tick) {
      this.#endTenMinutes();
      this.#resynchronise();
    }
    ten.start = tick;
    this.#tenMinutes.add(window);
  }

  #resynchronise(): void {
    const short = this.#short;
    this.#short = this.#overlapping;
    this.#short.clear();
    this.#overlapping = short;
  }

  #addShort(gatherer: Gatherer, window: WindowRecord, begun: number): void {
    const { record } = gatherer;
    if (record.parts === 0) record.start = begun;
    gatherer.add(window);
    if (record.parts < SHORT_WINDOWS) return;
    record.end = window.at;
    record.overlapping = gatherer === this.#overlapping;
    this.#listener.short?.(gatherer.finish());
    gatherer.clear();
  }

  #endTenMinutes(): void {
    const { record } = this.#tenMinutes;
    if (record.parts === 0) return;
    close(this.#tenMinutes, record.start, TEN_MINUTES_MS);
    this.#listener.tenMinutes?.(record);
    this.#addToTwoHours(record);
    this.#tenMinutes.clear();
  }

  #addToTwoHours(ten: AggregateRecord): void {
    const tick = Math.floor(ten.start / TWO_HOURS_MS) * TWO_HOURS_MS;
    const two = this.#twoHours.record;
    if (two.parts > 0 && two.start !== tick) this.#endTwoHours();
    two.start = tick;
    this.#twoHours.add(ten);
    if (ten.end === tick + TWO_HOURS_MS) this.#endTwoHours();
  }

  #endTwoHours(): void {
    const { record } = this.#twoHours;
    if (record.parts === 0) return;
    close(this.#twoHours, record.start, TWO_HOURS_MS);
    this.#listener.twoHours?.(record);
    this.#twoHours.clear();
  }
}

function close(gatherer: Gatherer, start: number, length: number): void {
  const record = gatherer.finish();
  record.end = start + length;
  record.missing = Math.max(0, length / 1000 - record.seconds);
}

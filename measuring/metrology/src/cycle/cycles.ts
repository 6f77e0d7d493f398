/**
 * Half cycles and cycles from the samples, synchronised to the reference voltage. All channels are measured over the
 * reference's cycles: a phase's own zero crossing lies a third of a cycle away, which over whole cycles changes nothing,
 * and is within IEC 61000-4-30's half cycle for the start of a dip.
 */

import { CHANNELS, PHASES } from "../frame/channel.ts";
import type { Ring } from "../frame/ring.ts";
import { SAMPLES_AHEAD } from "../spectrum/analyser.ts";
import type { Timebase } from "../time/timebase.ts";
import type { CycleRecord, HalfCycleRecord } from "./record.ts";
import { Integrator, Segment } from "./segment.ts";
import type { HalfCycleSink } from "./synchroniser.ts";

export interface CycleListener {
  half(record: HalfCycleRecord): void;
  cycle(record: CycleRecord): void;
}

/** Half cycles whose length differs by less, in samples, from a period make one. */
const WHOLE_SAMPLES = 0.05;

interface Waiting {
  to: number;
  endsCycle: boolean;
  locked: boolean;
  /** `start`: the stream begins here; `jump`: the cycle under way ends here, whatever its length. */
  kind: "half" | "start" | "jump";
}

/** Samples that an integral needs behind its end. */
const BEHIND = 2;
/** Samples that a stretch needs to be integrated. */
const SHORTEST = 3;

/** A half cycle waits until the samples behind it have come; a second has 120 of them at the most. */
const WAITING_MAX = 256;

export class Cycles implements HalfCycleSink {
  readonly #rate: number;
  readonly #time: Timebase;
  readonly #integrator: Integrator;
  readonly #listener: CycleListener;
  readonly #waiting: Waiting[];
  #oldest = 0;
  #count = 0;
  #from = Number.NaN;
  #cycleFrom = Number.NaN;
  #isFirst = true;
  #cycleLocked = true;
  readonly #now = new Segment();
  readonly #previous = new Segment();
  readonly #half: HalfCycleRecord = { end: 0, at: 0, rms: nothing(CHANNELS), locked: false };
  readonly #cycle: CycleRecord = {
    from: 0,
    to: 0,
    at: 0,
    seconds: 0,
    frequency: 0,
    locked: false,
    rms: nothing(CHANNELS),
    mean: nothing(CHANNELS),
    active: nothing(PHASES),
    reactive: nothing(PHASES),
  };

  constructor(rate: number, ring: Ring, channels: readonly number[], time: Timebase, listener: CycleListener) {
    this.#rate = rate;
    this.#time = time;
    this.#integrator = new Integrator(ring, channels);
    this.#listener = listener;
    this.#waiting = Array.from({ length: WAITING_MAX }, () => ({
      to: 0,
      endsCycle: false,
      locked: false,
      kind: "half",
    }));
  }

  start(at: number): void {
    this.#wait(at, false, false, "start");
  }

  half(to: number, endsCycle: boolean, locked: boolean): void {
    this.#wait(to, endsCycle, locked, "half");
  }

  jump(at: number): void {
    this.#wait(at, true, false, "jump");
  }

  /** The samples end at `head` (the next one is lost): the cycle under way ends there, so that its energy counts. */
  close(head: number, halfPeriod: number): void {
    const last = head - BEHIND;
    while (this.#count > 0 && this.#waiting[this.#oldest]!.to < last - SHORTEST) this.#next(halfPeriod);
    if (last - this.#from > SHORTEST) {
      this.#count = 0;
      this.jump(last);
      this.#next(halfPeriod);
    }
    this.#count = 0;
    this.#from = Number.NaN;
  }

  /** @param head number of the sample behind the last one in the ring; @param halfPeriod samples of half a cycle, as followed slowly */
  drain(head: number, halfPeriod: number): void {
    while (this.#count > 0) {
      if (this.#waiting[this.#oldest]!.to + SAMPLES_AHEAD + BEHIND > head) return;
      this.#next(halfPeriod);
    }
  }

  #next(halfPeriod: number): void {
    const next = this.#waiting[this.#oldest]!;
    this.#oldest = (this.#oldest + 1) % WAITING_MAX;
    this.#count -= 1;
    if (next.kind !== "start") this.#end(next, halfPeriod);
    if (next.kind !== "half") this.#begin(next.to);
  }

  #wait(to: number, endsCycle: boolean, locked: boolean, kind: Waiting["kind"]): void {
    // Full only where no samples come while half cycles do, which cannot be: then the newest is dropped.
    if (this.#count === WAITING_MAX) return;
    const place = this.#waiting[(this.#oldest + this.#count) % WAITING_MAX]!;
    place.to = to;
    place.endsCycle = endsCycle;
    place.locked = locked;
    place.kind = kind;
    this.#count += 1;
  }

  #begin(at: number): void {
    this.#from = at;
    this.#cycleFrom = at;
    this.#isFirst = true;
    this.#cycleLocked = true;
  }

  #end({ to, endsCycle, locked, kind }: Waiting, halfPeriod: number): void {
    this.#previous.copy(this.#now);
    if (kind === "jump" && this.#from === this.#cycleFrom) this.#previous.clear();
    this.#integrator.run(this.#from, to, halfPeriod / 2, this.#now);
    this.#from = to;
    this.#cycleLocked = this.#cycleLocked && locked;
    if (!this.#isFirst && kind === "half") this.#sayHalf(to, locked, 2 * halfPeriod);
    if (endsCycle) this.#sayCycle(to, 2 * halfPeriod);
    this.#isFirst = false;
  }

  /**
   * Over exactly one period back from the end: where a step of the voltage moved a crossing, the two half cycles together
   * are longer or shorter than that by up to a millisecond, and what is missing is added or taken off.
   */
  #sayHalf(to: number, locked: boolean, period: number): void {
    const record = this.#half;
    const length = this.#previous.length + this.#now.length;
    const isWhole = Math.abs(length - period) < WHOLE_SAMPLES;
    const divisor = isWhole ? length : period;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      let square = this.#previous.square[channel]! + this.#now.square[channel]!;
      if (!isWhole) square += this.#integrator.square(channel, to - period, to - length);
      record.rms[channel] = root(square / divisor);
    }
    record.end = to;
    record.at = this.#time.at(to);
    record.locked = locked;
    this.#listener.half(record);
  }

  #sayCycle(to: number, period: number): void {
    const record = this.#cycle;
    const [one, other] = [this.#previous, this.#now];
    const length = one.length + other.length;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      record.rms[channel] = root((one.square[channel]! + other.square[channel]!) / length);
      record.mean[channel] = (one.sum[channel]! + other.sum[channel]!) / length;
    }
    for (let phase = 0; phase < PHASES; phase += 1) {
      record.active[phase] = (one.active[phase]! + other.active[phase]!) / length;
      record.reactive[phase] = (one.reactive[phase]! + other.reactive[phase]!) / length;
    }
    record.from = this.#cycleFrom;
    record.to = to;
    record.at = this.#time.at(to);
    record.seconds = (to - this.#cycleFrom) / this.#rate;
    record.frequency = this.#rate / (this.#cycleLocked ? to - this.#cycleFrom : period);
    record.locked = this.#cycleLocked;
    this.#cycleFrom = to;
    this.#cycleLocked = true;
    this.#listener.cycle(record);
  }
}

/** The edges' weights may leave a square of zeros a hair below zero; NaN stays NaN. */
function root(meanSquare: number): number {
  return meanSquare > 0 ? Math.sqrt(meanSquare) : meanSquare * 0;
}

function nothing(places: number): Float64Array {
  return new Float64Array(places).fill(Number.NaN);
}

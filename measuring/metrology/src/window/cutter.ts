/**
 * Cuts 10-cycle (50 Hz) or 12-cycle (60 Hz) windows, each where the one before it ended, and analyses them.
 *
 * At each 10-minute tick of the clock a new window begins with the next cycle, and the one under way goes on to its end
 * (class A, IEC 61000-4-30, 4.5.3: the overlap), so two windows may be gathering at once.
 */
import type { CycleRecord } from "../cycle/record.ts";
import { CHANNELS, CURRENT_OFFSET, PHASES } from "../frame/channel.ts";
import type { Layout } from "../frame/layout.ts";
import type { Ring } from "../frame/ring.ts";
import { SpectrumAnalyser } from "../spectrum/analyser.ts";
import { writeFundamental } from "./fundamental.ts";
import { HARMONIC_PLACES, type WindowRecord } from "./record.ts";

const TICK_MS = 600_000;
/** A cycle differs by less from its period, as a part of it. */
const WHOLE = 0.001;

export class WindowCutter {
  readonly analyser: SpectrumAnalyser;
  readonly #ring: Ring;
  readonly #cycles: number;
  readonly #listener: (record: WindowRecord) => void;
  #current = emptyWindow();
  #overlapping = emptyWindow();
  #tick = Number.NaN;

  constructor(layout: Layout, ring: Ring, listener: (record: WindowRecord) => void) {
    this.analyser = new SpectrumAnalyser(layout);
    this.#ring = ring;
    this.#cycles = layout.nominalHertz === 60 ? 12 : 10;
    this.#listener = listener;
  }

  cycle(cycle: CycleRecord, flagged: boolean): void {
    this.#onTheClock(cycle);
    this.#add(this.#current, cycle, flagged);
    if (this.#overlapping.cycles > 0) this.#add(this.#overlapping, cycle, flagged);
  }

  /** Drops what is under way: its samples are not whole. */
  restart(): void {
    clear(this.#current);
    clear(this.#overlapping);
  }

  /** The first cycle that begins at or after a tick begins a new window. */
  #onTheClock({ at, seconds }: CycleRecord): void {
    const tick = Math.floor((at - seconds * 1000) / TICK_MS);
    if (tick === this.#tick || Number.isNaN(tick)) return;
    const isTick = !Number.isNaN(this.#tick);
    this.#tick = tick;
    if (!isTick || this.#current.cycles === 0) return;
    const fresh = this.#overlapping;
    clear(fresh);
    this.#overlapping = this.#current;
    this.#current = fresh;
  }

  #add(window: WindowRecord, cycle: CycleRecord, flagged: boolean): void {
    if (window.cycles === 0) {
      if (!isWhole(cycle)) return;
      window.from = cycle.from;
      window.locked = true;
    }
    window.cycles += 1;
    window.seconds += cycle.seconds;
    window.locked = window.locked && cycle.locked;
    window.flagged = window.flagged || flagged;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      window.rms[channel]! += cycle.rms[channel]! * cycle.rms[channel]! * cycle.seconds;
      window.mean[channel]! += cycle.mean[channel]! * cycle.seconds;
    }
    for (let phase = 0; phase < PHASES; phase += 1) window.active[phase]! += cycle.active[phase]! * cycle.seconds;
    if (window.cycles === this.#cycles) this.#finish(window, cycle);
  }

  #finish(window: WindowRecord, last: CycleRecord): void {
    window.to = last.to;
    window.at = last.at;
    window.frequency = window.cycles / window.seconds;
    for (let channel = 0; channel < CHANNELS; channel += 1) {
      window.rms[channel] = Math.sqrt(window.rms[channel]! / window.seconds);
      window.mean[channel]! /= window.seconds;
    }
    for (let phase = 0; phase < PHASES; phase += 1) {
      window.active[phase]! /= window.seconds;
      window.apparent[phase] = window.rms[phase]! * window.rms[phase + CURRENT_OFFSET]!;
    }
    this.analyser.analyse(this.#ring, window.from, window.to, window.cycles, window);
    writeFundamental(this.analyser.lineRe, this.analyser.lineIm, window);
    this.#listener(window);
    clear(window);
  }
}

/** The stretches before the first crossing and before a gap are none: no window begins with them. */
function isWhole({ seconds, frequency }: CycleRecord): boolean {
  return Math.abs(seconds * frequency - 1) < WHOLE;
}

function clear(window: WindowRecord): void {
  window.cycles = 0;
  window.seconds = 0;
  window.flagged = false;
  window.locked = false;
  window.rms.fill(0);
  window.mean.fill(0);
  window.active.fill(0);
}

function emptyWindow(): WindowRecord {
  return {
    from: 0,
    to: 0,
    at: Number.NaN,
    seconds: 0,
    cycles: 0,
    frequency: 0,
    locked: false,
    flagged: false,
    rms: new Float64Array(CHANNELS),
    mean: new Float64Array(CHANNELS),
    active: new Float64Array(PHASES),
    apparent: new Float64Array(PHASES),
    activeFundamental: new Float64Array(PHASES),
    reactiveFundamental: new Float64Array(PHASES),
    re: new Float64Array(CHANNELS),
    im: new Float64Array(CHANNELS),
    harmonics: new Float64Array(CHANNELS * HARMONIC_PLACES),
    interharmonics: new Float64Array(CHANNELS * HARMONIC_PLACES),
    thd: new Float64Array(CHANNELS),
    highest: 0,
    unbalanceNegative: Number.NaN,
    unbalanceZero: Number.NaN,
  };
}

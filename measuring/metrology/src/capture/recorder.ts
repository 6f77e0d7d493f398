/**
 * The waveform around an event, as it was sampled: a ring of raw counts, and for each trigger the cycles before and after
 * it. Triggers that come while a capture is under way belong to it and make it longer, up to its longest; an hour holds a
 * bounded number of captures, and what was refused is counted, so a flickering supply cannot fill a disk.
 *
 * A trigger is found some cycles after what it is about, so it names its position, which may lie back as far as the ring
 * reaches.
 */
import { metrologyErrors } from "../errors.ts";
import type { Frame, Layout } from "../frame/layout.ts";

export interface CaptureSetup {
  readonly beforeCycles: number;
  readonly afterCycles: number;
  /** Seconds of the longest capture. */
  readonly longest: number;
  /** Captures within an hour of the stream. */
  readonly hourly: number;
}

export const captureDefaults: CaptureSetup = { beforeCycles: 10, afterCycles: 30, longest: 10, hourly: 20 };

/** Triggers that a capture names; more make it longer, and are not named. */
export const TRIGGERS_MAX = 16;

export interface CaptureTrigger {
  readonly cause: string;
  /** In samples since the stream began. */
  readonly position: number;
}

/** The shape that a COMTRADE writer takes; the ring is the receiver's for the call only. */
export interface RawCapture {
  /** Interleaved by the layout; `count` samples from sample `first` on, around its end. */
  readonly ring: Int32Array;
  readonly first: number;
  readonly count: number;
  /** Number of the oldest sample since the stream began: `Engine.time.at` gives its instant. */
  readonly from: number;
  /** The first trigger, counted from the oldest sample. */
  readonly trigger: number;
  readonly triggers: readonly CaptureTrigger[];
  /** False where samples before or after are missing: the stream began or broke off there, or the longest was reached. */
  readonly isWhole: boolean;
}

interface Open {
  readonly from: number;
  to: number;
  readonly triggers: CaptureTrigger[];
  isWhole: boolean;
}

const HOUR_S = 3600;
/** Seconds that a trigger may lie back beside the cycles before it. */
const LATE_S = 2;

export class CaptureRecorder {
  readonly #layout: Layout;
  readonly #setup: CaptureSetup;
  readonly #say: (capture: RawCapture) => void;
  readonly #ring: Int32Array;
  readonly #capacity: number;
  #next = 0;
  /** Oldest sample that follows without a gap. */
  #start = 0;
  #open: Open | undefined;
  readonly #begun: number[] = [];
  #refused = 0;

  /** @throws METROLOGY_CAPTURE_REFUSED */
  constructor(layout: Layout, setup: Partial<CaptureSetup>, say: (capture: RawCapture) => void) {
    this.#layout = layout;
    this.#setup = { ...captureDefaults, ...setup };
    this.#say = say;
    check(this.#setup, layout);
    this.#capacity = Math.ceil((this.#setup.longest + LATE_S) * layout.rate);
    this.#ring = new Int32Array(this.#capacity * layout.channels.length);
  }

  /** Triggers that began no capture since the start: the hour's share was used up, or the samples were gone. */
  get refused(): number {
    return this.#refused;
  }

  get isCapturing(): boolean {
    return this.#open !== undefined;
  }

  push({ first, samples }: Frame): void {
    const width = this.#layout.channels.length;
    if (first !== this.#next) this.#breakOff(first);
    const count = samples.length / width;
    for (let n = 0; n < count; n += 1) {
      const place = (this.#next % this.#capacity) * width;
      for (let c = 0; c < width; c += 1) this.#ring[place + c] = samples[n * width + c]!;
      this.#next += 1;
      if (this.#open !== undefined && this.#next >= this.#open.to) this.#finish(this.#open);
    }
  }

  trigger(cause: string, position: number): void {
    const at = Math.floor(position);
    const { from, to } = this.#around(position);
    if (this.#open !== undefined) this.#extend(this.#open, { cause, position: at }, to);
    else if (position < this.#oldest() || position > this.#next || !this.#mayBegin(position)) this.#refused += 1;
    else this.#begin(from, to, { cause, position: at });
  }

  #begin(wanted: number, to: number, trigger: CaptureTrigger): void {
    const from = Math.max(wanted, this.#oldest());
    this.#begun.push(trigger.position);
    this.#open = { from, to, triggers: [trigger], isWhole: from === wanted };
    if (this.#next >= to) this.#finish(this.#open);
  }

  #extend(open: Open, trigger: CaptureTrigger, to: number): void {
    const end = open.from + Math.floor(this.#setup.longest * this.#layout.rate);
    if (open.triggers.length < TRIGGERS_MAX) open.triggers.push(trigger);
    if (to > end) open.isWhole = false;
    open.to = Math.max(open.to, Math.min(to, end));
  }

  #finish(open: Open): void {
    this.#open = undefined;
    const count = Math.min(open.to, this.#next) - open.from;
    this.#say({
      ring: this.#ring,
      first: open.from % this.#capacity,
      count,
      from: open.from,
      trigger: Math.max(0, (open.triggers[0]?.position ?? open.from) - open.from),
      triggers: open.triggers,
      isWhole: open.isWhole,
    });
  }

  #breakOff(first: number): void {
    if (this.#open !== undefined) {
      this.#open.isWhole = false;
      this.#open.to = this.#next;
      this.#finish(this.#open);
    }
    this.#next = first;
    this.#start = first;
  }

  #around(position: number): { from: number; to: number } {
    const cycle = this.#layout.rate / this.#layout.nominalHertz;
    const { beforeCycles, afterCycles } = this.#setup;
    return { from: Math.floor(position - beforeCycles * cycle), to: Math.ceil(position + afterCycles * cycle) };
  }

  #oldest(): number {
    return Math.max(this.#start, this.#next - this.#capacity);
  }

  #mayBegin(position: number): boolean {
    while (this.#begun.length > 0 && position - this.#begun[0]! > HOUR_S * this.#layout.rate) this.#begun.shift();
    return this.#begun.length < this.#setup.hourly;
  }
}

function check(setup: CaptureSetup, { nominalHertz }: Layout): void {
  const { beforeCycles, afterCycles, longest, hourly } = setup;
  const isWhole = [beforeCycles, afterCycles].every((cycles) => Number.isInteger(cycles) && cycles >= 1);
  const isRoom = longest <= LONGEST_MAX_S && longest * nominalHertz >= beforeCycles + afterCycles;
  if (isWhole && isRoom && hourly >= 1) return;
  throw metrologyErrors.METROLOGY_CAPTURE_REFUSED(
    `${beforeCycles} cycles before, ${afterCycles} after, at the longest ${longest} s, ${hourly} an hour, are no capture.`,
  );
}

/** 32 kS/s of eight channels for so long are 60 MB. */
const LONGEST_MAX_S = 60;

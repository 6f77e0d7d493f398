/**
 * From samples to half cycles, cycles and windows: the meter's one pass over its samples. What is made of the records
 * (registers, events, aggregation, tamper, protection) is the listeners' business.
 *
 * Samples are taken in blocks that begin at multiples of `BLOCK`, whatever frames they come in, so a stream cut into
 * frames of 1 or of 4,096 samples gives the same bits. Nothing is allocated once it runs.
 */

import type { Calibration } from "./calibration/calibration.ts";
import { checkFits, withFilters } from "./calibration/check.ts";
import { BLOCK, ChannelConditioner } from "./calibration/conditioner.ts";
import { LATENCY } from "./calibration/delay-filter.ts";
import { CrossingDetector } from "./cycle/crossing-detector.ts";
import { Cycles } from "./cycle/cycles.ts";
import type { CycleRecord, HalfCycleRecord } from "./cycle/record.ts";
import { Synchroniser } from "./cycle/synchroniser.ts";
import { metrologyErrors } from "./errors.ts";
import { channelIndex } from "./frame/channel.ts";
import { checkLayout } from "./frame/check-layout.ts";
import type { Frame, Layout } from "./frame/layout.ts";
import { Ring } from "./frame/ring.ts";
import { Timebase } from "./time/timebase.ts";
import { WindowCutter } from "./window/cutter.ts";
import type { WindowRecord } from "./window/record.ts";

/** Each is called with a record that is the listener's for the call only. */
export interface EngineListener {
  half?(record: HalfCycleRecord): void;
  cycle?(record: CycleRecord): void;
  /** True where a dip, swell or interruption went on in the cycle just said: its window is flagged. */
  isFlagged?(): boolean;
  window?(record: WindowRecord): void;
  /** Samples `from` to `to` never came. The cycle before them was ended early, the window under way is dropped. */
  gap?(from: number, to: number): void;
  /** The source's clock was set by so many ms. */
  clockSet?(shift: number): void;
  /** Conditioned samples `from` up to `to` are in the ring: for flicker, and for who looks at waveforms. */
  samples?(from: number, to: number): void;
}

export class Engine {
  readonly layout: Layout;
  /** Samples in V and A, aligned; position p is the instant of raw sample p. */
  readonly ring: Ring;
  readonly time: Timebase;
  readonly #listener: EngineListener;
  readonly #conditioners: readonly ChannelConditioner[];
  readonly #references: readonly ChannelConditioner[];
  readonly #detectors: readonly CrossingDetector[];
  readonly #synchroniser: Synchroniser;
  readonly #cycles: Cycles;
  readonly #windows: WindowCutter;
  /** Samples after the stream's begin, or a gap, before it can be measured. */
  readonly #settling: number;
  #next = 0;
  #done = 0;
  #reference = 0;
  #offers = 0;
  #areOthersAwake = false;

  /**
   * @throws METROLOGY_LAYOUT_REFUSED, METROLOGY_CALIBRATION_REFUSED
   */
  constructor(layout: Layout, calibration: Calibration, listener: EngineListener) {
    checkLayout(layout);
    checkFits(calibration, layout);
    this.layout = layout;
    this.#listener = listener;
    this.ring = new Ring(layout);
    this.time = new Timebase(layout.rate, { clockSet: (shift) => listener.clockSet?.(shift) });
    const { channels, filters } = withFilters(calibration);
    this.#conditioners = layout.channels.map(
      (id) => new ChannelConditioner(id, this.ring, channels[id]!, filters?.[id] ?? []),
    );
    this.#references = this.#conditioners
      .filter(({ index }) => index < 3)
      .sort((one, other) => one.index - other.index);
    this.#detectors = this.#references.map(({ index }) => {
      const id = layout.channels.find((each) => channelIndex(each) === index)!;
      const peak = (layout.nominalVolts * Math.SQRT2) / Math.abs(channels[id]!.ratio);
      return new CrossingDetector(layout.rate, layout.nominalHertz, peak);
    });
    const indices = layout.channels.map(channelIndex);
    this.#cycles = new Cycles(layout.rate, this.ring, indices, this.time, {
      half: (record) => this.#listener.half?.(record),
      cycle: (record) => this.#onCycle(record),
    });
    this.#synchroniser = new Synchroniser(layout.rate, layout.nominalHertz, this.#cycles);
    this.#windows = new WindowCutter(layout, this.ring, (record) => this.#listener.window?.(record));
    const delays = this.#conditioners.map(({ settling }) => settling);
    this.#settling = Math.ceil(Math.max(...delays) + (QUARTER_MAX * layout.rate) / layout.nominalHertz);
    this.#synchroniser.restart(this.#settling);
  }

  /** The last window's spectrum with its lines' angles; see `SpectrumAnalyser`. */
  get spectrum(): WindowCutter["analyser"] {
    return this.#windows.analyser;
  }

  /** Number of the sample behind the last one that came. */
  get position(): number {
    return this.#next;
  }

  /** The sample at this position was taken at this instant (UTC ms). */
  stamp(position: number, instant: number): void {
    this.time.stamp(position, instant);
  }

  /** @throws METROLOGY_FRAME_REFUSED where the samples are no whole number for each channel, or were taken already */
  push(frame: Frame): void {
    const channels = this.#conditioners.length;
    const count = frame.samples.length / channels;
    if (!Number.isInteger(count) || !Number.isSafeInteger(frame.first) || frame.first < this.#next) {
      throw metrologyErrors.METROLOGY_FRAME_REFUSED(
        `Frame ${frame.first} has ${frame.samples.length} values for ${channels} channels; sample ${this.#next} is due.`,
      );
    }
    if (frame.first !== this.#next) this.#skip(frame.first);
    for (let done = 0; done < count; ) {
      const room = BLOCK - (this.#next % BLOCK);
      const taken = Math.min(room, count - done);
      for (let c = 0; c < channels; c += 1)
        this.#take(this.#conditioners[c]!, frame.samples, done * channels + c, taken);
      done += taken;
      this.#next += taken;
      if (taken === room) this.#block();
    }
  }

  #take({ counts, block }: ChannelConditioner, samples: Int32Array, at: number, count: number): void {
    const channels = this.#conditioners.length;
    const place = block + this.#next - this.#done;
    for (let n = 0, from = at; n < count; n += 1, from += channels) counts[place + n] = samples[from]!;
  }

  /** A whole block has come: condition it, look for crossings, measure the half cycles that are complete. */
  #block(): void {
    const from = this.#done;
    const to = this.#next;
    this.#findCrossings(to - from);
    for (const conditioner of this.#conditioners) conditioner.run(from, to - from);
    this.#done = to;
    this.#listener.samples?.(Math.max(0, from - LATENCY), to - LATENCY);
    this.#cycles.drain(to - LATENCY, this.#synchroniser.halfPeriod);
  }

  #findCrossings(count: number): void {
    this.#detect(this.#reference, count);
    this.#synchroniser.known(this.#next - this.#detectors[0]!.delay - 1);
    if (this.#synchroniser.locked) this.#areOthersAwake = false;
    else this.#watchOthers(count);
  }

  /** The other voltages are looked at only while the reference is lost. */
  #watchOthers(count: number): void {
    const reference = this.#reference;
    for (let r = 0; r < this.#detectors.length; r += 1) {
      if (r === reference) continue;
      if (!this.#areOthersAwake) this.#detectors[r]!.restart(this.#done);
      this.#detect(r, count);
    }
    this.#areOthersAwake = true;
  }

  #detect(r: number, count: number): void {
    const detector = this.#detectors[r]!;
    const { counts, block } = this.#references[r]!;
    for (let n = block; n < block + count; n += 1) {
      if (!detector.next(counts[n]!)) continue;
      if (r === this.#reference) this.#follow(detector);
      else this.#offer(r);
    }
  }

  #follow({ at, isRising }: CrossingDetector): void {
    this.#offers = 0;
    this.#synchroniser.crossing(at, isRising);
  }

  /** Another voltage lives while the reference has been lost: follow it. */
  #offer(r: number): void {
    if (this.#synchroniser.locked) return;
    this.#offers += 1;
    if (this.#offers <= OFFERS) return;
    this.#reference = r;
    this.#offers = 0;
    this.#synchroniser.unlock();
  }

  #onCycle(record: CycleRecord): void {
    for (const conditioner of this.#conditioners) {
      conditioner.follow(conditioner.uncorrected(record.rms[conditioner.index]!));
    }
    this.#listener.cycle?.(record);
    this.#windows.cycle(record, this.#listener.isFlagged?.() ?? false);
  }

  #skip(first: number): void {
    const from = this.#next;
    if (from > this.#done) this.#block();
    this.#windows.restart();
    this.#cycles.close(this.#done - LATENCY, this.#synchroniser.halfPeriod);
    this.#windows.restart();
    this.#synchroniser.restart(first + this.#settling);
    this.#next = first;
    this.#done = first;
    this.#offers = 0;
    this.#areOthersAwake = false;
    for (const detector of this.#detectors) detector.restart(first);
    this.#listener.gap?.(from, first);
  }
}

/** A quarter of a cycle at the lowest frequency that is followed, in nominal cycles: the past that reactive power needs. */
const QUARTER_MAX = 0.3;

/** Crossings of others, with none of the reference between them, before one of them is followed. */
const OFFERS = 4;

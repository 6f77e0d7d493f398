/**
 * Rapid voltage changes (IEC 61000-4-30, 5.11): from one steady voltage to another, without a dip or a swell between.
 * A voltage is steady while the last second of half cycles (100 or 120) all lie within the threshold of their mean; once
 * it is not, the hysteresis makes the threshold smaller until it is again. The second that it takes to see that is no part
 * of the event.
 */
import type { HalfCycleRecord } from "../cycle/record.ts";
import { type ChannelId, channelIndex } from "../frame/channel.ts";
import type { Layout } from "../frame/layout.ts";
import type { RapidChange } from "./event.ts";

export interface RapidChangeOptions {
  /** Part of the declared voltage: 0.01 to 0.06. */
  readonly threshold: number;
  /** Part of the threshold. */
  readonly hysteresis: number;
}

export const usualRapidChange: RapidChangeOptions = { threshold: 0.05, hysteresis: 0.5 };

interface Voltage {
  readonly id: ChannelId;
  readonly place: number;
  readonly past: Float64Array;
  mean: number;
  steadyMean: number;
  /** Furthest from the steady mean while not steady. */
  furthest: number;
  involved: boolean;
}

export class RapidChangeDetector {
  readonly #voltages: readonly Voltage[];
  readonly #positions: Float64Array;
  readonly #rate: number;
  readonly #volts: number;
  readonly #options: RapidChangeOptions;
  readonly #ended: (change: RapidChange) => void;
  #taken = 0;
  #state: "filling" | "steady" | "changing" = "filling";
  #start = Number.NaN;
  #spoilt = false;

  constructor(
    layout: Pick<Layout, "rate" | "channels" | "nominalVolts" | "nominalHertz">,
    ended: (change: RapidChange) => void,
    options: RapidChangeOptions = usualRapidChange,
  ) {
    const length = 2 * layout.nominalHertz;
    this.#voltages = layout.channels
      .filter((id) => id === "u1" || id === "u2" || id === "u3")
      .map((id) => ({
        id,
        place: channelIndex(id),
        past: new Float64Array(length).fill(Number.NaN),
        mean: Number.NaN,
        steadyMean: Number.NaN,
        furthest: 0,
        involved: false,
      }));
    this.#positions = new Float64Array(length).fill(Number.NaN);
    this.#rate = layout.rate;
    this.#volts = layout.nominalVolts;
    this.#options = options;
    this.#ended = ended;
  }

  /** @param eventGoesOn a dip, a swell or an interruption is under way: the change under way is part of that and is dropped */
  take(half: HalfCycleRecord, eventGoesOn: boolean): void {
    const slot = this.#taken++ % this.#positions.length;
    this.#positions[slot] = half.end;
    for (const voltage of this.#voltages) voltage.past[slot] = half.rms[voltage.place]!;
    if (this.#taken < this.#positions.length) return;
    const steady = this.#allSteady();
    if (this.#state === "changing") this.#follow(half, slot, steady, eventGoesOn);
    else if (steady) this.#settle();
    else if (this.#state === "steady") this.#begin(half, slot, eventGoesOn);
  }

  /** After a gap: a second of half cycles is needed anew, and a change under way is not told. */
  restart(): void {
    this.#taken = 0;
    this.#state = "filling";
  }

  #allSteady(): boolean {
    const { threshold, hysteresis } = this.#options;
    const allowed = this.#volts * threshold * (this.#state === "changing" ? 1 - hysteresis : 1);
    let all = true;
    for (const voltage of this.#voltages) {
      voltage.mean = meanOf(voltage.past);
      if (!within(voltage.past, voltage.mean, allowed)) all = false;
    }
    return all;
  }

  #settle(): void {
    this.#state = "steady";
    for (const voltage of this.#voltages) voltage.steadyMean = voltage.mean;
  }

  #begin(half: HalfCycleRecord, slot: number, eventGoesOn: boolean): void {
    this.#state = "changing";
    this.#start = half.end;
    this.#spoilt = eventGoesOn;
    for (const voltage of this.#voltages) {
      voltage.furthest = 0;
      voltage.involved = false;
    }
    this.#note(slot);
  }

  #follow(half: HalfCycleRecord, slot: number, steady: boolean, eventGoesOn: boolean): void {
    if (eventGoesOn) this.#spoilt = true;
    this.#note(slot);
    if (!steady) return;
    // The oldest of the steady second is where the change was over.
    if (!this.#spoilt) this.#tell(half, this.#positions[(slot + 1) % this.#positions.length]!);
    this.#settle();
  }

  #note(slot: number): void {
    for (const voltage of this.#voltages) {
      const distance = Math.abs(voltage.past[slot]! - voltage.steadyMean);
      if (distance > voltage.furthest) voltage.furthest = distance;
      if (distance > this.#options.threshold * this.#volts) voltage.involved = true;
    }
  }

  #tell(half: HalfCycleRecord, endPosition: number): void {
    const worst = this.#voltages.reduce((a, b) => (b.furthest > a.furthest ? b : a));
    const end = Math.max(endPosition, this.#start);
    const instant = (position: number) => half.at - ((half.end - position) / this.#rate) * 1000;
    this.#ended({
      kind: "rapid-change",
      channels: this.#voltages.filter(({ involved }) => involved).map(({ id }) => id),
      startPosition: this.#start,
      endPosition: end,
      start: instant(this.#start),
      end: instant(end),
      seconds: (end - this.#start) / this.#rate,
      truncated: false,
      largest: worst.furthest,
      steady: worst.mean - worst.steadyMean,
    });
  }
}

/** Four sums, so that one addition need not wait for the other. 100 and 120 are multiples of four. */
function meanOf(values: Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let k = 0; k < values.length; k += 4) {
    a += values[k]!;
    b += values[k + 1]!;
    c += values[k + 2]!;
    d += values[k + 3]!;
  }
  return (a + b + c + d) / values.length;
}

/** False where one is not measured. */
function within(values: Float64Array, mean: number, allowed: number): boolean {
  for (let k = 0; k < values.length; k++) {
    if (!(Math.abs(values[k]! - mean) <= allowed)) return false;
  }
  return true;
}

/**
 * Flicker of the voltages that a layout has: Pinst all the time, Pst each 10 minutes, and Plt of 12 of those.
 *
 * The whole runs beside the measuring windows, on the samples themselves: the clock's ticks end its intervals, and
 * whoever knows the clock calls `close`. What was not observed for nine tenths of the interval has no Pst.
 */
import { CHANNELS, type ChannelIndex, channelIndex } from "../frame/channel.ts";
import type { Layout } from "../frame/layout.ts";
import type { RingView } from "../spectrum/ring-view.ts";
import { decimationFor, FlickerChain } from "./chain.ts";
import { Classifier } from "./classifier.ts";

export const PST_SECONDS = 600;
/** Until the filters have settled nothing is classified. */
export const SETTLING_SECONDS = 20;
const OBSERVED_MIN = 0.9;
/** The standard asks for 50 a second or more. */
const CLASSIFIED_PER_SECOND = 200;

interface Place {
  readonly channel: ChannelIndex;
  readonly chain: FlickerChain;
  readonly classifier: Classifier;
}

export class FlickerMeter {
  /** Pinst now, by channel; NaN for what is no voltage of the layout. */
  readonly instant = new Float64Array(CHANNELS).fill(Number.NaN);
  readonly #places: readonly Place[];
  readonly #rate: number;
  /** Samples of the lower rate from one that is classified to the next. */
  readonly #every: number;
  #next = Number.NaN;
  #settling = 0;
  #sinceClassified = 0;

  /** @param lamp by default the one of the declared voltage: 230 V from 160 V upwards */
  constructor(layout: Omit<Layout, "wiring">, lamp: 120 | 230 = layout.nominalVolts < 160 ? 120 : 230) {
    const voltages = layout.channels.filter((id) => id === "u1" || id === "u2" || id === "u3");
    this.#rate = layout.rate / decimationFor(layout.rate);
    this.#every = Math.max(1, Math.floor(this.#rate / CLASSIFIED_PER_SECOND));
    this.#places = voltages.map((id) => ({
      channel: channelIndex(id),
      chain: new FlickerChain({ ...layout, lamp }),
      classifier: new Classifier(),
    }));
  }

  /** Takes the samples from number `from` to before `to`, whole numbers. After a gap everything begins anew. */
  take(ring: RingView, from: number, to: number): void {
    if (from !== this.#next) this.#restart();
    this.#next = to;
    let at = from;
    while (at < to) at += this.#takeSome(ring, at, to - at);
  }

  /** Writes the Pst of each channel and begins a new interval; NaN where too little was observed. */
  close(into: Float64Array): void {
    const needed = (PST_SECONDS * this.#rate * OBSERVED_MIN) / this.#every;
    into.fill(Number.NaN);
    for (const { channel, classifier } of this.#places) {
      if (classifier.total >= needed) into[channel] = classifier.pst();
      classifier.clear();
    }
  }

  #takeSome(ring: RingView, from: number, count: number): number {
    let taken = 0;
    for (const { channel, chain } of this.#places) {
      taken = chain.take(ring.data[channel]!, ring.mask, from, count);
    }
    const first = this.#places[0];
    if (first === undefined) return count;
    if (first.chain.fresh) this.#classify();
    return taken;
  }

  #classify(): void {
    for (const { channel, chain } of this.#places) this.instant[channel] = chain.instant;
    if (this.#settling > 0) {
      this.#settling--;
      return;
    }
    this.#sinceClassified++;
    if (this.#sinceClassified < this.#every) return;
    this.#sinceClassified = 0;
    for (const { chain, classifier } of this.#places) classifier.take(chain.instant);
  }

  #restart(): void {
    for (const { chain } of this.#places) chain.restart();
    this.#settling = Math.ceil(SETTLING_SECONDS * this.#rate);
  }
}

/**
 * The reference of dips and swells: the declared voltage, or, where a site's voltage is far from it for long, the
 * sliding one (IEC 61000-4-30, 5.4.4): a first-order filter of one minute over the 10/12-cycle values that are not flagged.
 */
import type { ChannelIndex } from "../frame/channel.ts";
import type { WindowRecord } from "../window/record.ts";

const KEPT = 0.9967;
const TAKEN = 0.0033;

export class SlidingReference {
  /** V, by voltage in the order of the constructor. */
  readonly volts: Float64Array;
  readonly #channels: readonly ChannelIndex[];

  constructor(channels: readonly ChannelIndex[], nominalVolts: number) {
    this.#channels = channels;
    this.volts = new Float64Array(channels.length).fill(nominalVolts);
  }

  take(window: Pick<WindowRecord, "rms" | "flagged">): void {
    if (window.flagged) return;
    this.#channels.forEach((channel, k) => {
      const rms = window.rms[channel]!;
      if (rms > 0) this.volts[k] = KEPT * this.volts[k]! + TAKEN * rms;
    });
  }
}

/**
 * The last samples of each channel in V and A, in rings of a power of two. Long enough for the longest window that is
 * analysed (12 cycles at the lowest frequency) with the time in which its end is found.
 */
import type { RingView } from "../spectrum/ring-view.ts";
import { CHANNELS, channelIndex } from "./channel.ts";
import type { Layout } from "./layout.ts";

const SECONDS = 0.5;

export class Ring implements RingView {
  readonly data: Float64Array[];
  readonly mask: number;

  constructor({ rate, channels }: Pick<Layout, "rate" | "channels">) {
    let length = 1;
    while (length < rate * SECONDS) length *= 2;
    this.mask = length - 1;
    // An absent channel has a ring of one place, so that each place holds an array of numbers.
    this.data = Array.from({ length: CHANNELS }, () => new Float64Array(1));
    for (const id of channels) this.data[channelIndex(id)] = new Float64Array(length);
  }
}

/**
 * What the stages of this package need of a ring of calibrated samples: the arrays themselves, since a call for each
 * sample would cost more than the arithmetic. Sample k of a channel is `data[channel][k & mask]`, in V or A, which holds
 * for every whole k below 2^53.
 */
export interface RingView {
  /** By place of the channel (`frame/channel.ts`), each of `mask + 1` samples; an absent channel's is never read. */
  readonly data: readonly Float64Array[];
  /** A power of two less 1. */
  readonly mask: number;
}

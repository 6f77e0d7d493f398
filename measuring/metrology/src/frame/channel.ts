/**
 * The channels of a frame. Eight places with fixed numbers, the order of IEC 61850-9-2LE's data set turned voltages
 * first: every record of this package has one array with these places, and a channel that a meter does not have is NaN in
 * it, never 0.
 */
export const channelIds = ["u1", "u2", "u3", "u4", "i1", "i2", "i3", "i4"] as const;
export type ChannelId = (typeof channelIds)[number];

/** Place of a channel in each record's arrays; u4 and i4 are the neutral's. */
export type ChannelIndex = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const CHANNELS = channelIds.length;
export const PHASES = 3;
/** The current of phase p (0 to 2) stands this far behind its voltage. */
export const CURRENT_OFFSET = 4;

export function channelIndex(id: ChannelId): ChannelIndex {
  return channelIds.indexOf(id) as ChannelIndex;
}

/** Status of a load profile's interval, as bits: several may hold at once. 0 is a whole interval on a trusted clock. */
export const profileStatus = {
  /** Power was lost within it. */
  "power-fail": 1,
  /** The clock was set by more than the tolerance within it, so it is longer or shorter than it says. */
  "clock-set": 2,
  /** Less than the whole interval was measured: the energy is true, and is that of the measured part. */
  partial: 4,
  /** No voltage could be followed in a part of it. */
  unlocked: 8,
  /** Samples were lost within it. */
  "samples-lost": 16,
  /** An accuracy test ran. */
  test: 32,
  /** The clock was not trusted. */
  "clock-unknown": 64,
} as const;

export type ProfileStatus = keyof typeof profileStatus;

export function statusNames(bits: number): ProfileStatus[] {
  return (Object.keys(profileStatus) as ProfileStatus[]).filter((name) => (bits & profileStatus[name]) !== 0);
}

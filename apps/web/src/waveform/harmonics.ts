/** Harmonics as parts of their fundamental, and the sentence that says the same. */
import type { HarmonicChannel, HarmonicLimits } from "./shapes.ts";

export const ORDER_MAX = 31;

export interface Harmonic {
  readonly order: number;
  /** In the channel's unit. */
  readonly rms: number | null;
  /** Part of the fundamental; null where either was not read or there is no fundamental. */
  readonly part: number | null;
  /** Part of the fundamental; only voltages have limits. */
  readonly limit: number | undefined;
}

/** Orders 1 to 31, whatever the meter gave. */
export function harmonicsOf(channel: HarmonicChannel, limits: HarmonicLimits): Harmonic[] {
  const fundamental = channel.harmonics[1] ?? null;
  return Array.from({ length: ORDER_MAX }, (_, index) => {
    const order = index + 1;
    const rms = channel.harmonics[order] ?? null;
    const part = rms === null || fundamental === null || fundamental <= 0 ? null : rms / fundamental;
    return { order, rms, part, limit: channel.unit === "V" ? limits.harmonics[order] : undefined };
  });
}

export function isAbove({ part, limit }: Harmonic): boolean {
  return part !== null && limit !== undefined && part > limit;
}

export function harmonicWords(channel: HarmonicChannel, all: readonly Harmonic[]): string {
  const overtones = all.filter(({ order, part }) => order > 1 && part !== null);
  if (overtones.length === 0) return `No harmonics of ${channel.channel} were read.`;
  const largest = overtones.reduce((one, other) => ((other.part ?? 0) > (one.part ?? 0) ? other : one));
  const most = `Largest is ${ordinal(largest.order)}, ${percent(largest.part)} of the fundamental.`;
  if (channel.unit === "A") return `${most} The limits are for voltages.`;
  const above = overtones.filter(isAbove).map(({ order }) => `h${order}`);
  return above.length === 0
    ? `${most} All are within the marks.`
    : `${most} Above its mark now: ${above.join(", ")}. One short reading is no verdict: the standard counts 10-minute values of a week.`;
}

export function nameOf({ order, rms, part, limit }: Harmonic, unit: string): string {
  if (part === null) return `${ordinal(order)}: no reading`;
  const mark = limit === undefined ? "" : `, limit ${percent(limit)}`;
  return `${ordinal(order)}: ${amount(rms, unit)}, ${percent(part)} of the fundamental${mark}`;
}

export function percent(part: number | null): string {
  return part === null ? "–" : `${(part * 100).toFixed(2)} %`;
}

export function amount(value: number | null, unit: string): string {
  return value === null ? "–" : `${value.toFixed(unit === "A" ? 3 : 2)} ${unit}`;
}

function ordinal(order: number): string {
  return order === 1 ? "the fundamental" : `harmonic ${order}`;
}

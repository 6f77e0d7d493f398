/** Refuses a layout that no meter has, before a sample is taken. */
import { metrologyErrors } from "../errors.ts";
import { type ChannelId, channelIds } from "./channel.ts";
import type { Layout, Wiring } from "./layout.ts";

export const RATE_MIN = 1000;
export const RATE_MAX = 32_000;

/** What a wiring cannot be measured without. */
const needed: Readonly<Record<Wiring, readonly ChannelId[]>> = {
  "1p2w": ["u1", "i1"],
  "1p3w": ["u1", "u2", "i1", "i2"],
  "3p3w": ["u1", "u2", "i1", "i2"],
  "3p4w": ["u1", "u2", "u3", "i1", "i2", "i3"],
};

/** @throws METROLOGY_LAYOUT_REFUSED naming what is wrong */
export function checkLayout(layout: Layout): void {
  const problem = problemOf(layout);
  if (problem !== undefined) throw metrologyErrors.METROLOGY_LAYOUT_REFUSED(problem);
}

function problemOf({ rate, channels, wiring, nominalHertz, nominalVolts }: Layout): string | undefined {
  if (!(rate >= RATE_MIN && rate <= RATE_MAX))
    return `${rate} samples a second are outside ${RATE_MIN} to ${RATE_MAX}.`;
  const strange = channels.find((id) => !channelIds.includes(id));
  if (strange !== undefined) return `There is no channel "${strange}".`;
  if (new Set(channels).size !== channels.length) return "A channel is listed twice.";
  const missing = (needed[wiring] ?? []).filter((id) => !channels.includes(id));
  if (needed[wiring] === undefined) return `There is no wiring "${wiring}".`;
  if (missing.length > 0) return `The wiring ${wiring} needs ${missing.join(", ")}.`;
  if (nominalHertz !== 50 && nominalHertz !== 60) return `${nominalHertz} Hz is no nominal frequency.`;
  return nominalVolts > 0 && nominalVolts < Infinity ? undefined : `${nominalVolts} V is no declared voltage.`;
}

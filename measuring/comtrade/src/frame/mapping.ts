/**
 * Which analogue channel is which voltage or current. The format leaves names, phases and units to the recorder, so this
 * is a guess over what recorders write; every place can be named instead, and what is left over is listed.
 */
import { type ChannelId, channelIds } from "@csj/metrology";
import { comtradeErrors } from "../errors.ts";
import type { AnalogChannel } from "../recording.ts";

/** A channel by its name or its position (from 1); null leaves the place empty. */
export type ChannelChoice = string | number | null;
export type Choices = { readonly [place in ChannelId]?: ChannelChoice };

export interface Mapped {
  readonly place: ChannelId;
  /** From 0. */
  readonly channel: number;
  /** To V or A. */
  readonly scale: number;
}

const PHASES: readonly RegExp[] = [/^(A|L1|R|1)$/i, /^(B|L2|S|Y|2)$/i, /^(C|L3|T|3)$/i, /^(N|4)$/i];
/** In the phase field a digit is some recorders' channel number, so only letters are believed there. */
const PHASE_FIELD = /^(A|B|C|N|L[123]|R|S|T|Y)$/i;
/** `UA`, `F1-IA`, `V L1`, `I2`. */
const NAME = /(?:^|[^A-Z0-9])([UVI])[ _]?(A|B|C|N|L1|L2|L3|R|S|T|1|2|3|4)$/i;
/** `U21`, `Vab`: between two phases. `3I0`, `V_0`, `Io`: a sum. */
const NO_PHASE = /[UV][ _]?([ABCRST]|L?[123])[-_ ]?([ABCRST]|L?[123])(?![A-Z0-9])|[UVI][ _]?[0O](?![A-Z0-9])/i;
const UNIT = /^(|k|M|m|u|\u00b5|\u03bc)(V|A)$/;
const SCALES: Record<string, number> = { "": 1, k: 1e3, M: 1e6, m: 1e-3, u: 1e-6, "\u00b5": 1e-6, "\u03bc": 1e-6 };

/** In the order of `channelIds`. @throws COMTRADE_REPLAY for a choice that no channel matches, and where nothing is left. */
export function mapChannels(analog: readonly AnalogChannel[], choices: Choices): Mapped[] {
  const guessed = new Map<ChannelId, number>();
  for (const [at, channel] of analog.entries()) {
    const place = guess(channel);
    if (place !== undefined && !guessed.has(place)) guessed.set(place, at);
  }
  const mapped = channelIds.flatMap((place) => {
    const choice = choices[place];
    const channel = choice === undefined ? guessed.get(place) : choice === null ? undefined : chosen(analog, choice);
    return channel === undefined ? [] : [{ place, channel, scale: scaleOf(analog[channel], place) }];
  });
  if (mapped.length > 0) return mapped;
  const names = analog.map(({ name }) => name).join(", ");
  throw comtradeErrors.COMTRADE_REPLAY(`No channel is known for a phase's voltage or current: ${names}.`);
}

function guess({ name, phase, unit }: AnalogChannel): ChannelId | undefined {
  const [, , base] = UNIT.exec(unit) ?? [];
  if (base === undefined || NO_PHASE.test(name)) return undefined;
  const [, letter = "", named = ""] = NAME.exec(name) ?? [];
  const kind = base === "V" ? "u" : "i";
  if (letter !== "" && (letter.toUpperCase() === "I") !== (kind === "i")) return undefined;
  const index = phaseIndex(named) ?? phaseIndex(PHASE_FIELD.test(phase) ? phase : "");
  return index === undefined ? undefined : (`${kind}${index + 1}` as ChannelId);
}

function phaseIndex(text: string): number | undefined {
  const index = PHASES.findIndex((shape) => shape.test(text));
  return index < 0 ? undefined : index;
}

function chosen(analog: readonly AnalogChannel[], choice: string | number): number {
  const found = typeof choice === "number" ? choice - 1 : analog.findIndex(({ name }) => name === choice);
  if (analog[found] !== undefined) return found;
  throw comtradeErrors.COMTRADE_REPLAY(`There is no analogue channel ${choice}.`);
}

function scaleOf(channel: AnalogChannel | undefined, place: ChannelId): number {
  const [, prefix, base] = UNIT.exec(channel?.unit ?? "") ?? [];
  const scale = base === (place.startsWith("u") ? "V" : "A") ? SCALES[prefix ?? ""] : undefined;
  if (scale !== undefined) return scale;
  throw comtradeErrors.COMTRADE_REPLAY(`${channel?.name} is in "${channel?.unit}", which is no unit for ${place}.`);
}

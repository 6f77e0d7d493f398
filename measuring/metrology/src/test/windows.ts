/** Window records by phasors, for tests of what is built on them: harmonics are 0 but where given, the rest follows. */
import { CHANNELS, type ChannelId, CURRENT_OFFSET, channelIndex, PHASES } from "../frame/channel.ts";
import { HARMONIC_PLACES, type WindowRecord } from "../window/record.ts";

/** RMS and degrees; the voltages' are against each other. */
export type Phasor = readonly [rms: number, degrees: number];

export interface WindowGiven {
  readonly phasors: Readonly<Partial<Record<ChannelId, Phasor>>>;
  readonly seconds: number;
  readonly at: number;
  readonly locked?: boolean;
  readonly mean?: Readonly<Partial<Record<ChannelId, number>>>;
  readonly second?: Readonly<Partial<Record<ChannelId, number>>>;
}

export function windowRecord(given: WindowGiven): WindowRecord {
  const record = { ...frame(given), ...arrays() };
  for (const [id, [rms, degrees]] of Object.entries(given.phasors)) {
    const channel = channelIndex(id as ChannelId);
    const angle = (degrees * Math.PI) / 180;
    record.rms[channel] = rms;
    record.re[channel] = rms * Math.cos(angle);
    record.im[channel] = rms * Math.sin(angle);
    record.mean[channel] = given.mean?.[id as ChannelId] ?? 0;
    record.harmonics[channel * HARMONIC_PLACES + 1] = rms;
    record.harmonics[channel * HARMONIC_PLACES + 2] = given.second?.[id as ChannelId] ?? 0;
  }
  for (let phase = 0; phase < PHASES; phase += 1) setPowers(record, phase);
  const sequence = (turn: number) => symmetrical(record, turn);
  return {
    ...record,
    unbalanceNegative: sequence(-120) / sequence(120),
    unbalanceZero: sequence(0) / sequence(120),
  };
}

function setPowers({ re, im, activeFundamental, reactiveFundamental }: ReturnType<typeof arrays>, phase: number): void {
  const [x, y] = [re[phase]!, im[phase]!];
  const [a, b] = [re[phase + CURRENT_OFFSET]!, im[phase + CURRENT_OFFSET]!];
  activeFundamental[phase] = x * a + y * b;
  reactiveFundamental[phase] = y * a - x * b;
}

function symmetrical({ re, im }: ReturnType<typeof arrays>, turn: number): number {
  let [x, y] = [0, 0];
  for (let phase = 0; phase < PHASES; phase += 1) {
    const angle = (phase * turn * Math.PI) / 180;
    x += re[phase]! * Math.cos(angle) - im[phase]! * Math.sin(angle);
    y += re[phase]! * Math.sin(angle) + im[phase]! * Math.cos(angle);
  }
  return Math.sqrt(x * x + y * y);
}

function frame({ at, seconds, locked = true }: WindowGiven) {
  return { from: 0, to: 0, at, seconds, cycles: 10, frequency: 50, locked, flagged: false, highest: 50 };
}

function arrays() {
  const each = (places: number) => new Float64Array(places).fill(Number.NaN);
  return {
    rms: each(CHANNELS),
    mean: each(CHANNELS),
    active: each(PHASES),
    apparent: each(PHASES),
    activeFundamental: each(PHASES),
    reactiveFundamental: each(PHASES),
    re: each(CHANNELS),
    im: each(CHANNELS),
    harmonics: each(CHANNELS * HARMONIC_PLACES),
    interharmonics: each(CHANNELS * HARMONIC_PLACES),
    thd: each(CHANNELS),
  };
}

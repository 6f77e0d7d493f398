/**
 * The samples of a signal. Blocks of a fixed length start from the formula (the cycles since t = 0, of which only the part
 * after the point is kept), and a phasor is turned within them: no error adds up over hours, and a tone costs four
 * multiplications a sample and no cosine. Blocks lie at fixed places of the stream, so that its values do not depend on
 * how many samples somebody asks for at once.
 */
import { cyclesAt, factorAt, hasFactor, hertzAt, isSteady, type Signal, type Tone, type Waveform } from "./signal.ts";

/** Samples of a block: 256 turns leave below 1e-13 of the amplitude. */
export const BLOCK = 256;

/** When a channel is sampled: sample n at `n / rate + delay`, in s. */
export interface Sampling {
  readonly rate: number;
  readonly delay: number;
}

/**
 * Writes block `block` (samples block * 256 to block * 256 + 255) of one channel.
 *
 * @param slopes where given, filled with the change per second: what a sample a moment later would have been
 */
export function renderBlock(
  signal: Signal,
  waveform: Waveform,
  sampling: Sampling,
  block: number,
  values: Float64Array,
  slopes?: Float64Array,
): void {
  values.fill(0, 0, BLOCK);
  slopes?.fill(0, 0, BLOCK);
  const start = (block * BLOCK) / sampling.rate + sampling.delay;
  const steady = isSteady(signal.frequency, start, start + BLOCK / sampling.rate);
  for (const tone of waveform.tones) {
    if (steady) addSteady(signal, tone, start, sampling.rate, values, slopes);
    else addMoving(signal, tone, start, sampling.rate, values, slopes);
  }
  if (hasFactor(waveform)) applyFactor(waveform, start, sampling.rate, values, slopes);
  if (waveform.dc !== undefined) for (let n = 0; n < BLOCK; n++) values[n]! += waveform.dc;
}

/** 2 pi times the part after the point of the tone's turns at t. */
function angleAt(signal: Signal, tone: Tone, t: number): number {
  const turns = tone.order * cyclesAt(signal.frequency, t) + tone.degrees / 360;
  return 2 * Math.PI * (turns - Math.floor(turns));
}

function addSteady(
  signal: Signal,
  tone: Tone,
  start: number,
  rate: number,
  values: Float64Array,
  slopes: Float64Array | undefined,
): void {
  const angle = angleAt(signal, tone, start);
  const perSecond = 2 * Math.PI * tone.order * hertzAt(signal.frequency, start);
  const peak = Math.SQRT2 * tone.rms;
  const turnRe = Math.cos(perSecond / rate);
  const turnIm = Math.sin(perSecond / rate);
  let re = peak * Math.cos(angle);
  let im = peak * Math.sin(angle);
  for (let n = 0; n < BLOCK; n++) {
    values[n]! += re;
    if (slopes !== undefined) slopes[n]! -= perSecond * im;
    const turned = re * turnRe - im * turnIm;
    im = re * turnIm + im * turnRe;
    re = turned;
  }
}

/** While the frequency moves each sample is the formula itself. */
function addMoving(
  signal: Signal,
  tone: Tone,
  start: number,
  rate: number,
  values: Float64Array,
  slopes: Float64Array | undefined,
): void {
  const peak = Math.SQRT2 * tone.rms;
  for (let n = 0; n < BLOCK; n++) {
    const t = start + n / rate;
    const angle = angleAt(signal, tone, t);
    values[n]! += peak * Math.cos(angle);
    if (slopes !== undefined) {
      slopes[n]! -= 2 * Math.PI * tone.order * hertzAt(signal.frequency, t) * peak * Math.sin(angle);
    }
  }
}

function applyFactor(
  waveform: Waveform,
  start: number,
  rate: number,
  values: Float64Array,
  slopes: Float64Array | undefined,
): void {
  for (let n = 0; n < BLOCK; n++) {
    const factor = factorAt(waveform, start + n / rate);
    values[n]! *= factor;
    if (slopes !== undefined) slopes[n]! *= factor;
  }
}

/**
 * What an inverter does with a limit, found by giving it some: dead time, the way to the new output, and whether 50 %
 * really gives 50 %. A wrong scale is confirmed by every read-back, so the output alone counts here. Where the sun gives
 * too little to tell, nothing is said.
 */
import { type LimitTest, type Stretch, samplePeriod, stretchesOf } from "./recording.ts";
import { type Edge, fitResponse, type Range, type ResponseKind } from "./response-fit.ts";

export interface Identified {
  readonly found: true;
  readonly kind: ResponseKind;
  /** ms; the range is two standard errors and half a sample period. */
  readonly deadTime: Range;
  /** ms: the time constant, or what a ramp over the whole rating takes. */
  readonly time: Range;
  /** Output per commanded W where the limit held it: 1 is right. */
  readonly scale: number;
  /** False where the output is not what was commanded: SCALE_WITHIN, or the noise where that is more. */
  readonly scaleRight: boolean;
  /** Output at a limit of 0, where that was tried. */
  readonly atZero: number | undefined;
  readonly residual: number;
  readonly samplePeriod: number;
  readonly confidence: "good" | "fair" | "poor";
  /** Cuts that the limit, and not the sun, decided. */
  readonly cuts: number;
}

export type IdentifyRefusal =
  /** Too few samples to see anything. */
  | "too-few-samples"
  /** The output was too low for a cut to show, or the limit was never below it. */
  | "sun-too-low"
  /** The output did not come down although the limit did. */
  | "did-not-follow"
  /** The output was still moving when the next limit came. */
  | "not-settled"
  /** The sun changed during the test by more than the cuts can be told from. */
  | "sun-changed";

export interface IdentifyRefused {
  readonly found: false;
  readonly because: IdentifyRefusal;
}

/** Below this share of the rating an inverter's own fuss is as large as the cut. */
export const OUTPUT_MIN = 0.1;
/** A cut must be at least this share of the rating to be told from the sun's own changes. */
const CUT_MIN = 0.04;
/** The output moved by less than this share of the cut: it did not follow. */
const FOLLOWED = 0.25;
/** Still moving by more than this share of the cut. */
const DRIFT_MAX = 0.1;
/** Half of what CSIP-AUS lets a site be off (4 %), and the coarsest steps that limits come in (1 %). */
const SCALE_WITHIN = 0.05;
/** The output after the test, at the first limit again, against that before it. */
const SUN_CHANGED = 0.2;
/** From a limit of this share of the rating on, a ratio is not all noise. */
const RATIO_FROM = 0.05;

export function identify(test: LimitTest): Identified | IdentifyRefused {
  const stretches = stretchesOf(test);
  const first = stretches[0];
  if (first === undefined || stretches.length < 2) return refused("too-few-samples");
  if (first.to < OUTPUT_MIN * test.rated) return refused("sun-too-low");
  const cuts = stretches.slice(1).filter((stretch) => stretch.command.watts < stretch.from - CUT_MIN * test.rated);
  if (cuts.length === 0) return refused("sun-too-low");
  if (!cuts.some(followed)) return refused("did-not-follow");
  if (cuts.some((cut) => cut.drift > DRIFT_MAX * Math.abs(cut.from - cut.to))) return refused("not-settled");
  if (changed(first, stretches.at(-1))) return refused("sun-changed");
  return fitted(test, cuts.filter(followed));
}

function refused(because: IdentifyRefusal): IdentifyRefused {
  return { found: false, because };
}

function followed({ from, to, command }: Stretch): boolean {
  return from - to > FOLLOWED * (from - command.watts);
}

/** The test ends with the limit that it began with; a test that does not cannot be judged by it. */
function changed(first: Stretch, last: Stretch | undefined): boolean {
  if (last === undefined || last === first || last.command.watts < first.command.watts) return false;
  return Math.abs(last.to - first.to) > SUN_CHANGED * first.to && last.to < first.command.watts * 0.97;
}

function fitted(test: LimitTest, cuts: readonly Stretch[]): Identified {
  const longest = Math.max(...cuts.map(({ samples }) => samples.at(-1)?.at ?? 0));
  const edges: Edge[] = cuts.map(({ samples, from, to }) => ({ samples, from, to }));
  const fit = fitResponse(edges, test.rated, longest);
  const period = samplePeriod(test.samples);
  const scale = scaleOf(cuts, test.rated);
  const smallest = Math.min(...cuts.map(({ from, to }) => from - to));
  const noise = fit.residual / test.rated;
  return {
    found: true,
    kind: fit.kind,
    deadTime: widened(fit.deadTime, period / 2),
    time: fit.time,
    scale,
    scaleRight: Math.abs(scale - 1) <= Math.max(SCALE_WITHIN, 3 * noise),
    atZero: cuts.find(({ command }) => command.watts === 0)?.to,
    residual: fit.residual,
    samplePeriod: period,
    confidence: confidenceOf(fit.residual / smallest, cuts.length),
    cuts: cuts.length,
  };
}

function widened({ value, low, high }: Range, by: number): Range {
  return { value, low: Math.max(0, low - by), high: high + by };
}

/** The middle of the ratios: one cut that the sun spoilt does not move it. */
function scaleOf(cuts: readonly Stretch[], rated: number): number {
  const ratios = cuts
    .filter(({ command }) => command.watts >= RATIO_FROM * rated)
    .map(({ to, command }) => to / command.watts)
    .sort((a, b) => a - b);
  const middle = Math.floor(ratios.length / 2);
  if (ratios.length === 0) return Number.NaN;
  return ratios.length % 2 === 1
    ? (ratios[middle] as number)
    : ((ratios[middle - 1] as number) + (ratios[middle] as number)) / 2;
}

function confidenceOf(leftOver: number, cuts: number): Identified["confidence"] {
  if (leftOver < 0.05 && cuts >= 2) return "good";
  return leftOver < 0.15 ? "fair" : "poor";
}

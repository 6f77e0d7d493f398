/**
 * What a meter's readings have to be multiplied by and turned by, from reference readings: least squares of the relative
 * differences, for the voltage of each phase, and for its current at each current that was tried.
 *
 * The current's part comes from complex power, P + jQ of the reference over P + jQ of the meter: noise of the samples adds
 * to an RMS value but not to the mean of u x i, so this holds at a hundredth of the rated current as well, and ratio and
 * phase come from the same rows. A positive phase means that the measured current leads.
 */
import { testbenchErrors } from "../errors.ts";
import type { ReferenceReading } from "./reading.ts";

export interface FittedLevel {
  /** A as the meter shows it before this calibration. */
  readonly amps: number;
  /** Current as it is / current as shown. */
  readonly gain: number;
  /** Degrees of the fundamental by which the measured current leads. */
  readonly lead: number;
}

export interface Residual {
  readonly line: number | undefined;
  /** Percent of the reference after the fit; the power's is a percent of volts x amps. */
  readonly volts: number;
  readonly amps: number;
  readonly power: number;
}

export interface FittedPhase {
  readonly phase: number;
  /** Voltage as it is / voltage as shown. */
  readonly voltageGain: number;
  /** By rising current. */
  readonly levels: readonly FittedLevel[];
  /** V and A that the meter shows as DC; undefined where no reading tells. */
  readonly meanVolts: number | undefined;
  readonly meanAmps: number | undefined;
  readonly residuals: readonly Residual[];
  /** Two standard deviations of a reading after the fit, percent, without the reference's own uncertainty. */
  readonly uncertainty: { readonly volts: number; readonly power: number };
}

/** Readings within this ratio are of one current. */
const SAME_LEVEL = 1.1;
const LEVELS_MIN = 2;
/** A row further from its own fit than this contradicts the others. */
const CONTRADICTS_PERCENT = 1;
/** A current further from its voltage than the reference says is on another phase, or the wrong way round. */
const TURNED_DEGREES = 30;

interface Complex {
  readonly re: number;
  readonly im: number;
}

/** @throws TESTBENCH_READINGS_FEW, TESTBENCH_READINGS_CONTRADICT */
export function fitReadings(readings: readonly ReferenceReading[], file?: string): FittedPhase[] {
  const phases = [...new Set(readings.map(({ phase }) => phase))].sort();
  if (phases.length === 0) throw testbenchErrors.TESTBENCH_READINGS_FEW("There are no readings.", whereOf(file));
  return phases.map((phase) =>
    fitPhase(
      phase,
      readings.filter((reading) => reading.phase === phase),
      file,
    ),
  );
}

function fitPhase(phase: number, readings: readonly ReferenceReading[], file: string | undefined): FittedPhase {
  const live = readings.filter(({ ref_v, v }) => ref_v > 0 && v > 0);
  const loaded = live.filter((reading) => reading.ref_a > 0 && sizeOf(shownPower(reading)) > 0);
  const groups = byLevel(loaded);
  if (groups.length < LEVELS_MIN) {
    throw testbenchErrors.TESTBENCH_READINGS_FEW(
      `Phase ${phase} has readings at ${groups.length} currents, and ${LEVELS_MIN} are needed.`,
      whereOf(file),
    );
  }
  const voltageGain = realFit(live.map(({ ref_v, v, mean_v }) => ({ shown: withoutDc(v, mean_v), reference: ref_v })));
  const levels = groups.map((group) => fitLevel(phase, group, voltageGain, file));
  const fitted = { phase, voltageGain, levels };
  const residuals = live.map((reading) => residualOf(reading, fitted));
  refuseContradiction(phase, residuals, file);
  return {
    ...fitted,
    meanVolts: meanOf(readings.map(({ mean_v }) => mean_v)),
    meanAmps: meanOf(readings.map(({ mean_a }) => mean_a)),
    residuals,
    uncertainty: { volts: twoDeviations(residuals, "volts"), power: twoDeviations(residuals, "power") },
  };
}

function byLevel(readings: readonly ReferenceReading[]): ReferenceReading[][] {
  const groups: ReferenceReading[][] = [];
  for (const reading of [...readings].sort((a, b) => a.ref_a - b.ref_a)) {
    const last = groups.at(-1);
    if (last !== undefined && reading.ref_a <= (last[0]?.ref_a ?? 0) * SAME_LEVEL) last.push(reading);
    else groups.push([reading]);
  }
  return groups;
}

function fitLevel(
  phase: number,
  group: readonly ReferenceReading[],
  voltageGain: number,
  file: string | undefined,
): FittedLevel {
  const factor = complexFit(group.map(powersOf));
  const lead = (Math.atan2(factor.im, factor.re) * 180) / Math.PI;
  if (Math.abs(lead) > TURNED_DEGREES) {
    const line = group[0]?.line;
    throw testbenchErrors.TESTBENCH_READINGS_CONTRADICT(
      `The current of phase ${phase} is turned by ${lead.toFixed(0)} degrees: its clamp is on another phase or the wrong way round.`,
      { ...whereOf(file), ...(line === undefined ? {} : { line }) },
    );
  }
  const gain = Math.hypot(factor.re, factor.im) / voltageGain;
  const amps = meanOf(group.map(({ ref_a }) => ref_a / gain)) ?? 0;
  return { amps, gain, lead };
}

function powersOf(reading: ReferenceReading): { shown: Complex; reference: Complex } {
  return { shown: shownPower(reading), reference: { re: reading.ref_w, im: reading.ref_var } };
}

/** Converters' offsets make DC in both channels, and its product is in W and, by the shifted voltage, in var. */
function shownPower({ w, var: q, mean_v = 0, mean_a = 0 }: ReferenceReading): Complex {
  return { re: w - mean_v * mean_a, im: q - mean_v * mean_a };
}

function sizeOf({ re, im }: Complex): number {
  return Math.hypot(re, im);
}

/** The factor with the least sum of squared relative differences. */
function realFit(pairs: readonly { shown: number; reference: number }[]): number {
  let [product, square] = [0, 0];
  for (const { shown, reference } of pairs) {
    const part = shown / reference;
    product += part;
    square += part * part;
  }
  return product / square;
}

function complexFit(pairs: readonly { shown: Complex; reference: Complex }[]): Complex {
  let [re, im, square] = [0, 0, 0];
  for (const { shown, reference } of pairs) {
    const weight = 1 / (reference.re ** 2 + reference.im ** 2);
    re += (shown.re * reference.re + shown.im * reference.im) * weight;
    im += (shown.re * reference.im - shown.im * reference.re) * weight;
    square += (shown.re ** 2 + shown.im ** 2) * weight;
  }
  return { re: re / square, im: im / square };
}

/** Gain and lead at a current as shown: between levels along the logarithm, flat outside. */
export function levelAt(levels: readonly FittedLevel[], amps: number): { gain: number; lead: number } {
  const above = levels.findIndex((level) => level.amps >= amps);
  const right = levels[above] ?? levels.at(-1)!;
  const left = above > 0 ? levels[above - 1]! : right;
  if (left === right) return right;
  const part = Math.log(amps / left.amps) / Math.log(right.amps / left.amps);
  return { gain: left.gain + part * (right.gain - left.gain), lead: left.lead + part * (right.lead - left.lead) };
}

function residualOf(
  reading: ReferenceReading,
  { voltageGain, levels }: Pick<FittedPhase, "voltageGain" | "levels">,
): Residual {
  const { line, ref_v, ref_a, ref_w, v, a, mean_v, mean_a } = reading;
  const volts = percentOff(withoutDc(v, mean_v) * voltageGain, ref_v);
  if (ref_a <= 0) return { line, volts, amps: 0, power: 0 };
  const shown = withoutDc(a, mean_a);
  const { re, im } = shownPower(reading);
  const { gain, lead } = levelAt(levels, Math.hypot(re, im) / withoutDc(v, mean_v));
  const turn = (lead * Math.PI) / 180;
  const power = (re * Math.cos(turn) - im * Math.sin(turn)) * voltageGain * gain;
  return { line, volts, amps: percentOff(shown * gain, ref_a), power: (100 * (power - ref_w)) / (ref_v * ref_a) };
}

function refuseContradiction(phase: number, residuals: readonly Residual[], file: string | undefined): void {
  const worst = residuals.find(
    ({ volts, power }) => Math.abs(volts) > CONTRADICTS_PERCENT || Math.abs(power) > CONTRADICTS_PERCENT,
  );
  if (worst === undefined) return;
  throw testbenchErrors.TESTBENCH_READINGS_CONTRADICT(
    `A reading of phase ${phase} is off by ${worst.volts.toFixed(2)} % in voltage and ${worst.power.toFixed(2)} % in power from what fits all others best.`,
    { ...whereOf(file), ...(worst.line === undefined ? {} : { line: worst.line }) },
  );
}

function twoDeviations(residuals: readonly Residual[], key: "volts" | "power"): number {
  const squares = residuals.reduce((sum, residual) => sum + residual[key] ** 2, 0);
  return 2 * Math.sqrt(squares / Math.max(1, residuals.length - 1));
}

function withoutDc(rms: number, mean = 0): number {
  return Math.sqrt(Math.max(0, rms * rms - mean * mean));
}

function percentOff(value: number, reference: number): number {
  return 100 * (value / reference - 1);
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function whereOf(file: string | undefined): { file?: string } {
  return file === undefined ? {} : { file };
}

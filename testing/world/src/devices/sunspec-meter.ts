/**
 * SunSpec meters: model 203 (three-phase wye, integers with scale factors) and 213 (the same in floats). The models do
 * not say which way W counts; this meter counts import positive. Accumulators are in Wh. Single-phase wiring leaves the
 * points of L2 and L3 absent.
 */
import { type Area, type Point, point } from "./image.ts";
import { apparent, lineVolts, type MeterPicture, phaseApparent } from "./picture.ts";
import { absent, chainArea, commonModel, type Model, place } from "./sunspec-chain.ts";
import { float32, i16, type Put, scaled, u32 } from "./words.ts";

type P = MeterPicture;
type Phase = 0 | 1 | 2;

const phases = [0, 1, 2] as const;

/** `put`, or the type's mark of an absent value where the value is not a number. */
const orAbsent =
  (put: Put, none: number, nonePut: Put = put): Put =>
  (words, index, value) =>
    Number.isNaN(value) ? nonePut(words, index, none) : put(words, index, value);

const onPhase = (phase: Phase, of: (p: P, phase: Phase) => number) => (p: P) =>
  phase < p.phases ? of(p, phase) : Number.NaN;
const onLine = (from: Phase, to: Phase) => (p: P) => (p.phases === 3 ? lineVolts(p.volts, from, to) : Number.NaN);
const sum = (values: readonly [number, number, number]) => values[0] + values[1] + values[2];

const signed = (step: number) => orAbsent(scaled(i16, step), absent.i16, i16);
const single = orAbsent(float32, absent.float32, u32);

/** Scale factors, as powers of ten. */
const AMPS_SF = -2;
const VOLTS_SF = -1;
const HERTZ_SF = -2;
const FACTOR_SF = -2;

/** @param wattsScale 0, or 1 where the fuse lets more pass than a signed word can show in watts */
export function model203(wattsScale: 0 | 1): Model<P> {
  const watts = signed(10 ** wattsScale);
  const volts = signed(0.1);
  return {
    id: 203,
    length: 105,
    points: [
      point(2, signed(0.01), (p) => sum(p.amps)),
      ...phases.map((phase) =>
        point(
          3 + phase,
          signed(0.01),
          onPhase(phase, (p) => p.amps[phase]),
        ),
      ),
      point(6, i16, AMPS_SF),
      point(7, volts, (p) => sum(p.volts) / p.phases),
      ...phases.map((phase) =>
        point(
          8 + phase,
          volts,
          onPhase(phase, (p) => p.volts[phase]),
        ),
      ),
      point(12, volts, onLine(0, 1)),
      point(13, volts, onLine(1, 2)),
      point(14, volts, onLine(2, 0)),
      point(11, i16, absent.i16),
      point(15, i16, VOLTS_SF),
      point(16, signed(0.01), (p) => p.hertz),
      point(17, i16, HERTZ_SF),
      point(18, watts, (p) => p.watts),
      ...phases.map((phase) =>
        point(
          19 + phase,
          watts,
          onPhase(phase, (p) => p.phaseWatts[phase]),
        ),
      ),
      point(22, i16, wattsScale),
      point(23, watts, apparent),
      ...phases.map((phase) => point(24 + phase, watts, onPhase(phase, phaseApparent))),
      point(27, i16, wattsScale),
      point(28, watts, (p) => p.vars),
      ...phases.map((phase) =>
        point(
          29 + phase,
          watts,
          onPhase(phase, (p) => p.phaseVars[phase]),
        ),
      ),
      point(32, i16, wattsScale),
      // The model counts the power factor in percent.
      point(33, signed(0.01), (p) => p.powerFactor * 100),
      ...phases.map((phase) => point(34 + phase, i16, absent.i16)),
      point(37, i16, FACTOR_SF),
      ...accumulators203,
    ],
  };
}

const accumulators203: readonly Point<P>[] = [
  point(38, u32, (p) => p.exportWh),
  point(46, u32, (p) => p.importWh),
  point(54, i16, 0),
  point(71, i16, absent.i16),
  point(72, u32, (p) => p.importVarh),
  point(88, u32, (p) => p.exportVarh),
  point(104, i16, 0),
];

export const model213: Model<P> = {
  id: 213,
  length: 124,
  points: [
    point(2, single, (p) => sum(p.amps)),
    ...phases.map((phase) =>
      point(
        4 + 2 * phase,
        single,
        onPhase(phase, (p) => p.amps[phase]),
      ),
    ),
    point(10, single, (p) => sum(p.volts) / p.phases),
    ...phases.map((phase) =>
      point(
        12 + 2 * phase,
        single,
        onPhase(phase, (p) => p.volts[phase]),
      ),
    ),
    point(18, single, Number.NaN),
    point(20, single, onLine(0, 1)),
    point(22, single, onLine(1, 2)),
    point(24, single, onLine(2, 0)),
    point(26, single, (p) => p.hertz),
    point(28, single, (p) => p.watts),
    ...phases.map((phase) =>
      point(
        30 + 2 * phase,
        single,
        onPhase(phase, (p) => p.phaseWatts[phase]),
      ),
    ),
    point(36, single, apparent),
    ...phases.map((phase) => point(38 + 2 * phase, single, onPhase(phase, phaseApparent))),
    point(44, single, (p) => p.vars),
    ...phases.map((phase) =>
      point(
        46 + 2 * phase,
        single,
        onPhase(phase, (p) => p.phaseVars[phase]),
      ),
    ),
    point(52, single, (p) => p.powerFactor),
    ...phases.map((phase) => point(54 + 2 * phase, single, Number.NaN)),
    point(60, single, (p) => p.exportWh),
    ...phases.map((phase) => point(62 + 2 * phase, single, Number.NaN)),
    point(68, single, (p) => p.importWh),
    ...Array.from({ length: 11 }, (_, index) => point<P>(70 + 2 * index, single, Number.NaN)),
    point(92, single, (p) => p.importVarh),
    ...Array.from({ length: 7 }, (_, index) => point<P>(94 + 2 * index, single, Number.NaN)),
    point(108, single, (p) => p.exportVarh),
    ...Array.from({ length: 7 }, (_, index) => point<P>(110 + 2 * index, single, Number.NaN)),
  ],
};

export function sunspecMeter(model: Model<P>, serial: string, unit: number): readonly Area<P>[] {
  return [chainArea(place([commonModel<P>(`Meter ${model.id}`, serial, unit), model]))];
}

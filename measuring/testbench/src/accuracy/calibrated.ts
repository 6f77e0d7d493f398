/**
 * The calibration of a piece of simulated hardware, made as a user makes it: start from the data sheets, take readings
 * beside a reference at some currents and two power factors, fit them. The reference itself is of class 0.02, and this
 * one's own error, drawn once, stays in everything that is measured afterwards.
 */
import { type Calibration, type ChannelCalibration, type ChannelId, withFilters } from "@csj/metrology";
import { correctedCalibration } from "../calibrate/corrected.ts";
import { fitReadings } from "../calibrate/fit.ts";
import type { ReferenceReading } from "../calibrate/reading.ts";
import { Dice } from "../frontend/dice.ts";
import { layoutOf } from "../frontend/front-end.ts";
import type { FrontEndSpec } from "../frontend/spec.ts";
import { circuitSignal } from "../source/circuit.ts";
import { truthOf } from "../source/truth.ts";
import { Bench } from "./bench.ts";

/** Parts of Ib or In; the largest current comes on top. */
const PARTS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] as const;
const LAGS = [0, 60] as const;
const CYCLES = 60;
const CYCLES_SMALL = 200;
const REFERENCE_PERCENT = 0.02;
const REFERENCE_DEGREES = 0.01;

/** What the data sheets say: no tolerance, no curve, the scan's skew and the filters' delays. */
export function designCalibration(spec: FrontEndSpec): Calibration {
  const lsb = spec.adc.full_scale / 2 ** (spec.adc.bits - 1);
  const channels: Partial<Record<ChannelId, ChannelCalibration>> = {};
  layoutOf(spec).channels.forEach((id, place) => {
    const sensor = id.startsWith("u") ? spec.voltage : spec.current;
    channels[id] = { offset: 0, ratio: lsb / sensor.ratio, lead: place * spec.adc.skew_us - sensor.delay_us };
  });
  return withFilters({
    format: "csj-calibration-1",
    id: `${spec.name} by its data sheets`,
    rate: spec.rate,
    nominalHertz: spec.nominal_hertz,
    channels,
  });
}

export function userCalibration(spec: FrontEndSpec, seed: number): Calibration {
  const design = designCalibration(spec);
  const fitted = fitReadings(takeReadings(new Bench(spec, design, seed), seed));
  return correctedCalibration(design, fitted, {
    id: `${spec.name}, piece ${seed}`,
    referencePercent: REFERENCE_PERCENT,
    referenceDegrees: REFERENCE_DEGREES,
  });
}

/** Rows as `csj calibrate` reads them: phases of each load in turn. */
export function takeReadings(bench: Bench, seed: number): ReferenceReading[] {
  const { spec } = bench;
  const dice = new Dice(seed + 7919);
  const reference = Array.from({ length: 3 }, () => ({
    volts: 1 + (dice.spread() * REFERENCE_PERCENT) / 100,
    amps: 1 + (dice.spread() * REFERENCE_PERCENT) / 100,
    degrees: dice.spread() * REFERENCE_DEGREES,
  }));
  return [...PARTS, spec.rating.max_amps / spec.rating.amps].flatMap((part) =>
    LAGS.flatMap((lag) => {
      const signal = circuitSignal({
        wiring: spec.wiring,
        frequency: { hertz: spec.nominal_hertz },
        phases: [{ volts: spec.nominal_volts, amps: part * spec.rating.amps, lag }],
      });
      const shown = bench.phases(signal, part < 0.1 ? CYCLES_SMALL : CYCLES);
      return truthOf(signal).phases.flatMap((truth, phase): ReferenceReading[] => {
        const meter = shown[phase];
        const own = reference[phase];
        if (truth === undefined || meter === undefined || own === undefined) return [];
        const angle = ((lag + own.degrees) * Math.PI) / 180;
        const [ref_v, ref_a] = [truth.volts * own.volts, truth.amps * own.amps];
        return [
          {
            phase: phase + 1,
            ref_v,
            ref_a,
            ref_w: ref_v * ref_a * Math.cos(angle),
            ref_var: ref_v * ref_a * Math.sin(angle),
            v: meter.volts,
            a: meter.amps,
            w: meter.watts,
            var: meter.vars,
            mean_v: meter.meanVolts,
            mean_a: meter.meanAmps,
          },
        ];
      });
    }),
  );
}

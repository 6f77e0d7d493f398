/**
 * What a measuring unit gives, made as it makes it: a distorted supply with a dip, a simulated 24-bit front end, the
 * engine and its event detector. Everything follows from one seed.
 */
import { fromCapture, writeSingleFile } from "@csj/comtrade";
import {
  type ChannelId,
  channelIndex,
  Engine,
  en50160Criteria,
  HARMONIC_PLACES,
  VoltageEventDetector,
  type WindowRecord,
} from "@csj/metrology";
import { circuitSignal, designCalibration, FrontEnd, frontEndPreset } from "@csj/testbench";
import type { Capture, Captures, HarmonicLimits, Harmonics } from "../waveform/shapes.ts";
import { START } from "./fixture-street.ts";

/** The dip: L1 to L3 to 60 % for five cycles. */
export const DIP = { from: 1.2, to: 1.3, factor: 0.6 } as const;
const SECONDS = 2;
const BEFORE_S = 0.2;
const CAPTURE_S = 0.5;
export const CAPTURE_ID = "1";

export interface FixtureWaveform {
  readonly harmonics: Harmonics;
  readonly captures: Captures;
  readonly capture: Capture;
  readonly file: Uint8Array;
}

export function limitsOf(): HarmonicLimits {
  const orders = en50160Criteria.flatMap(({ order, high }) => (order === undefined ? [] : [[String(order), high]]));
  const thd = en50160Criteria.find(({ quantity }) => quantity === "thd")?.high ?? Number.NaN;
  return { source: "EN 50160:2010, Table 1", harmonics: Object.fromEntries(orders), thd };
}

export function makeWaveform(): FixtureWaveform {
  const spec = frontEndPreset("24-bit");
  if (spec === undefined) throw new Error("There is no 24-bit front end.");
  const signal = circuitSignal({
    wiring: spec.wiring,
    frequency: { hertz: 50.02 },
    phases: [{ volts: 230, amps: 4, lag: 25 }],
    voltageOvertones: [
      { order: 3, percent: 1.2 },
      { order: 5, percent: 3 },
      { order: 7, percent: 1.5 },
      { order: 15, percent: 0.8 },
    ],
    currentOvertones: [
      { order: 3, percent: 18 },
      { order: 5, percent: 9 },
    ],
    voltage: { steps: [DIP] },
  });
  const front = new FrontEnd(spec, signal, { unit: 1, noise: 1 });
  const calibration = designCalibration(spec);
  const { layout } = front;
  const { samples } = front.frames(layout.rate * SECONDS);
  let trigger = Number.NaN;
  let harmonics: Harmonics | undefined;
  const detector = new VoltageEventDetector(layout, {
    begun: (_, position) => {
      trigger = Math.round(position);
    },
    ended: () => {},
  });
  const engine = new Engine(layout, calibration, {
    half: (record) => detector.take(record),
    window: (record) => {
      if (Number.isNaN(trigger)) harmonics = harmonicsOf(record, layout.channels);
    },
  });
  engine.stamp(0, START);
  engine.push({ first: 0, samples });
  if (harmonics === undefined || Number.isNaN(trigger)) throw new Error("The dip was not found.");
  const first = trigger - Math.round(BEFORE_S * layout.rate);
  const count = Math.round(CAPTURE_S * layout.rate);
  const ratios = layout.channels.map((id) => {
    const { ratio = Number.NaN, offset = 0 } = calibration.channels[id] ?? {};
    return { multiplier: ratio, offset: -offset * ratio, skewSeconds: 0 };
  });
  const summary = {
    id: CAPTURE_ID,
    at: START + (trigger / layout.rate) * 1000,
    cause: "dip",
    seconds: count / layout.rate,
  };
  const width = layout.channels.length;
  return {
    harmonics,
    captures: { captures: [summary] },
    capture: {
      ...summary,
      rate: layout.rate,
      nominal_hz: layout.nominalHertz,
      trigger: trigger - first,
      channels: layout.channels.map((id, c) => ({
        id,
        unit: unitOf(id),
        samples: Array.from(
          { length: count },
          (_, n) => (samples[(first + n) * width + c] ?? Number.NaN) * (ratios[c]?.multiplier ?? Number.NaN),
        ),
      })),
    },
    file: writeSingleFile(
      fromCapture({
        station: "fixture",
        device: "meter",
        layout,
        ring: samples,
        first,
        count,
        ratios,
        startNanoseconds: BigInt(START) * 1_000_000n + BigInt(Math.round((first * 1e9) / layout.rate)),
        trigger: trigger - first,
      }),
    ),
  };
}

function harmonicsOf(record: WindowRecord, channels: readonly ChannelId[]): Harmonics {
  const orNull = (value: number | undefined): number | null => (Number.isFinite(value) ? (value ?? null) : null);
  return {
    meter: "fixture-meter",
    at: record.at,
    frequency_hz: orNull(record.frequency),
    limits: limitsOf(),
    channels: channels.map((id) => {
      const index = channelIndex(id);
      return {
        channel: id,
        unit: unitOf(id),
        rms: orNull(record.rms[index]),
        thd: orNull(record.thd[index]),
        harmonics: Array.from({ length: 32 }, (_, h) => orNull(record.harmonics[index * HARMONIC_PLACES + h])),
      };
    }),
  };
}

function unitOf(id: ChannelId): "V" | "A" {
  return id.startsWith("u") ? "V" : "A";
}

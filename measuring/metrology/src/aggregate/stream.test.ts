import { describe, expect, it } from "vitest";
import { Engine } from "../engine.ts";
import { VoltageEventDetector } from "../event/detector.ts";
import type { VoltageEvent } from "../event/event.ts";
import { FlickerMeter } from "../flicker/meter.ts";
import type { Layout } from "../frame/layout.ts";
import { idealCalibration } from "../test/engine.ts";
import { PER_COUNT } from "../test/signal.ts";
import { Aggregator } from "./aggregator.ts";
import { type AggregateSnapshot, snapshot } from "./snapshot.ts";
import { TenSecondFrequency, type TenSeconds } from "./ten-seconds.ts";

const NOON = Date.UTC(2026, 10, 24, 12);
const RATE = 8000;
const layout: Layout = { rate: RATE, channels: ["u1", "i1"], wiring: "1p2w", nominalHertz: 50, nominalVolts: 230 };

/** Everything of this tier's quality behind one engine, over a voltage with a fifth harmonic that starts at an instant. */
function observe(seconds: number, hertz: number, start: number, envelope: (second: number) => number = () => 1) {
  const short: (AggregateSnapshot & { overlapping: boolean })[] = [];
  const ten: AggregateSnapshot[] = [];
  const events: VoltageEvent[] = [];
  const tens: TenSeconds[] = [];
  const aggregator = new Aggregator({
    short: (record) => short.push({ ...snapshot(record), overlapping: record.overlapping }),
    tenMinutes: (record) => ten.push(snapshot(record)),
  });
  const detector = new VoltageEventDetector(layout, { ended: (event) => events.push(event) });
  const frequency = new TenSecondFrequency((value) => tens.push(value));
  const flicker = new FlickerMeter(layout);
  const engine = new Engine(layout, idealCalibration(layout), {
    half: (record) => detector.take(record),
    cycle: (record) => frequency.take(record),
    window(record) {
      record.flagged ||= detector.touches(record.from, record.to);
      detector.follow(record);
      aggregator.take(record);
    },
    samples: (from, to) => flicker.take(engine.ring, from, to),
  });
  engine.stamp(0, start);
  const length = 400;
  const samples = new Int32Array(2 * length);
  for (let first = 0; first < seconds * RATE; first += length) {
    for (let k = 0; k < length; k++) {
      const angle = (2 * Math.PI * hertz * (first + k)) / RATE;
      const volts = 230 * Math.SQRT2 * (Math.sin(angle) + 0.05 * Math.sin(5 * angle));
      samples[2 * k] = Math.round((envelope((first + k) / RATE) * volts) / PER_COUNT);
      samples[2 * k + 1] = Math.round(volts / 50 / PER_COUNT);
    }
    engine.push({ first, samples });
  }
  aggregator.finish();
  return { short, ten, events, tens, flicker: flicker.instant[0]! };
}

describe("quality behind the engine", () => {
  it("is right over a 10-minute tick: windows of either side, one overlapping 3 s, the 10-second frequency", () => {
    const { short, ten, events, tens, flicker } = observe(41, 50.03, NOON - 20_000);
    expect(ten.map(({ start }) => start! - NOON)).toEqual([-600_000, 0]);
    for (const { parts, missing } of ten) expect(Math.abs(600 - missing - parts * (10 / 50.03))).toBeLessThan(0.01);
    expect(ten[0]!.parts + ten[1]!.parts).toBeGreaterThanOrEqual(Math.floor((41 * 50.03) / 10) - 1);
    expect(short.filter(({ overlapping }) => overlapping).length).toBe(1);
    expect(tens.map(({ start }) => start - NOON)).toEqual([-20_000, -10_000, 0, 10_000]);
    for (const { frequency } of tens.slice(1)) expect(Math.abs(frequency - 50.03)).toBeLessThan(1e-4);
    const { u1 } = short[4]!.channels;
    expect(u1!.rms! / (230 * Math.sqrt(1.0025))).toBeCloseTo(1, 4);
    expect(u1!.harmonics[5]! / (230 * 0.05)).toBeCloseTo(1, 3);
    expect(u1!.thd).toBeCloseTo(0.05, 4);
    expect(events).toEqual([]);
    expect(flicker).toBeLessThan(1e-3);
  });

  it("finds a dip once, its duration within a cycle, and flags the interval that it lies in", () => {
    const { short, events } = observe(14, 50, NOON + 1000, (second) => (second >= 7.007 && second < 7.307 ? 0.6 : 1));
    expect(events.map(({ kind }) => kind)).toEqual(["dip"]);
    expect(Math.abs(events[0]!.seconds - 0.3)).toBeLessThan(0.02);
    expect(Math.abs(events[0]!.start - NOON - 8007)).toBeLessThan(20);
    expect(short.map(({ flagged }) => flagged)).toEqual([false, false, true, false]);
  });
});

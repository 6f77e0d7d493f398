import { describe, expect, it } from "vitest";
import { type DetectorOptions, VoltageEventDetector } from "./detector.ts";
import type { VoltageEvent } from "./event.ts";
import { CYCLE, type Envelope, halfCycles, RATE, sag, steady, VOLTS } from "./half-cycles.fixture.ts";

const ids = ["u1", "u2", "u3"] as const;

function detect(cycles: number, envelopes: Envelope[], options: DetectorOptions = {}): VoltageEvent[] {
  const events: VoltageEvent[] = [];
  const layout = { rate: RATE, channels: ids.slice(0, envelopes.length), nominalVolts: VOLTS };
  const detector = new VoltageEventDetector(layout, { ended: (event) => events.push(event) }, options);
  for (const half of halfCycles(cycles, ...envelopes)) detector.take(half);
  return events;
}

describe("the matrix of sags and swells", () => {
  const parts = [0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.85, 0.88, 1.12, 1.2, 1.4, 1.8];
  const durations = [2, 3, 5, 10.5, 30, 150];
  const starts = [5, 5.1, 5.25, 5.37, 5.5, 5.81];

  it.each(parts)(
    "finds one event at %d of the voltage, its duration within half a cycle, its voltage within 0.2 %",
    (part) => {
      for (const cycles of durations) {
        for (const start of starts) {
          const events = detect(Math.ceil(start + cycles) + 5, [sag(part, start, cycles)]);
          const event = events.find(({ kind }) => kind === (part < 1 ? "dip" : "swell"))!;
          const where = `${part} for ${cycles} cycles from ${start}`;
          expect(events.length, where).toBe(part < 0.05 ? 2 : 1);
          expect(Math.abs((event.seconds * RATE) / CYCLE - cycles), where).toBeLessThan(0.5);
          expect(Math.abs(event.startPosition / CYCLE - start), where).toBeLessThan(0.5);
          expect(Math.abs(event.part - part), where).toBeLessThan(0.002);
          expect(event.extreme).toBeCloseTo(event.part * VOLTS, 9);
          expect(event.truncated).toBe(false);
        }
      }
    },
  );

  it("is as near with three phases that fall together, each at another phase of its wave", () => {
    for (const part of parts.filter((each) => each >= 0.05)) {
      for (const start of starts) {
        const [event, ...more] = detect(50, [sag(part, start, 25), sag(part, start, 25), sag(part, start, 25)]);
        expect(more).toEqual([]);
        expect(Math.abs((event!.seconds * RATE) / CYCLE - 25), `${part} from ${start}`).toBeLessThan(0.6);
        expect(event!.channels).toEqual(["u1", "u2", "u3"]);
      }
    }
  });

  it("gives half a cycle without voltage the Urms(1/2) that the standard defines: 0.707", () => {
    const [event] = detect(20, [sag(0, 5, 0.5)]);
    expect(event!.part).toBeCloseTo(Math.SQRT1_2, 6);
    expect(Math.abs((event!.seconds * RATE) / CYCLE - 0.5)).toBeLessThan(1);
  });

  it("finds nothing in half a cycle at 85 %, whose Urms(1/2) stays above the threshold", () => {
    expect(detect(20, [sag(0.85, 5, 0.5)])).toEqual([]);
  });
});

describe("thresholds", () => {
  it("a dip goes on until the voltage is above the threshold and the hysteresis", () => {
    const envelope: Envelope = (at) => (at < 5 ? 1 : at < 10 ? 0.8 : at < 20 ? 0.91 : 1);
    const [event] = detect(30, [envelope]);
    expect(Math.abs((event!.seconds * RATE) / CYCLE - 15)).toBeLessThan(1);
  });

  it("91 % alone is no dip, and 109 % no swell", () => {
    expect(detect(40, [sag(0.91, 5, 10)])).toEqual([]);
    expect(detect(40, [sag(1.09, 5, 10)])).toEqual([]);
  });

  it("the sliding reference makes a site at 88 % quiet, and a dip from there still a dip", () => {
    const events: VoltageEvent[] = [];
    const layout = { rate: RATE, channels: ["u1"] as const, nominalVolts: VOLTS };
    const detector = new VoltageEventDetector(layout, { ended: (event) => events.push(event) }, { sliding: true });
    const rms = new Float64Array(8).fill(0.88 * VOLTS);
    for (let window = 0; window < 5000; window++) detector.follow({ rms, flagged: false });
    for (const half of halfCycles(40, (at) => 0.88 * sag(0.85, 10, 10)(at))) detector.take(half);
    expect(events.length).toBe(1);
    expect(events[0]!.part).toBeCloseTo(0.85, 3);
  });

  it("the sliding reference does not follow flagged windows", () => {
    const events: VoltageEvent[] = [];
    const layout = { rate: RATE, channels: ["u1"] as const, nominalVolts: VOLTS };
    const detector = new VoltageEventDetector(layout, { ended: (event) => events.push(event) }, { sliding: true });
    const rms = new Float64Array(8).fill(0.5 * VOLTS);
    for (let window = 0; window < 5000; window++) detector.follow({ rms, flagged: true });
    for (const half of halfCycles(30, sag(0.8, 5, 10))) detector.take(half);
    expect(events[0]!.part).toBeCloseTo(0.8, 3);
  });
});

describe("three phases", () => {
  it("a dip begins with the first voltage, ends with the last, and names both", () => {
    const [event, ...more] = detect(60, [sag(0.7, 5, 10), sag(0.4, 10, 20), steady]);
    expect(more).toEqual([]);
    expect(event!.channels).toEqual(["u1", "u2"]);
    expect(event!.part).toBeCloseTo(0.4, 3);
    expect(Math.abs((event!.seconds * RATE) / CYCLE - 25)).toBeLessThan(1);
  });

  it("an interruption is one of all phases only, and lasts until the first is back", () => {
    const events = detect(80, [sag(0, 5, 30), sag(0, 10, 30), sag(0, 8, 40)]);
    expect(events.map(({ kind }) => kind)).toEqual(["interruption", "dip"]);
    expect(Math.abs((events[0]!.seconds * RATE) / CYCLE - 25)).toBeLessThan(1);
    expect(Math.abs((events[1]!.seconds * RATE) / CYCLE - 43)).toBeLessThan(1);
    expect(detect(80, [sag(0, 5, 30), sag(0, 5, 30), steady]).map(({ kind }) => kind)).toEqual(["dip"]);
  });
});

describe("the detector", () => {
  const layout = { rate: RATE, channels: ["u1"] as const, nominalVolts: VOLTS };

  it("times events by the clock that the half cycles bring", () => {
    const [event] = detect(30, [sag(0.5, 10, 10)]);
    expect(event!.start).toBeCloseTo(1_000_000 + (event!.startPosition / RATE) * 1000, 6);
    expect(event!.end - event!.start).toBeCloseTo(event!.seconds * 1000, 6);
  });

  it("says at once that an event began, and flags the windows that it touches", () => {
    const begun: string[] = [];
    const detector = new VoltageEventDetector(layout, { begun: (kind) => begun.push(kind), ended: () => undefined });
    for (const half of halfCycles(40, sag(0.5, 20.2, 3))) {
      detector.take(half);
      if (half.end === 22 * CYCLE) expect(begun).toEqual(["dip"]);
      if (half.end === 22 * CYCLE) expect(detector.touches(11 * CYCLE, 21 * CYCLE)).toBe(true);
      if (half.end === 20 * CYCLE) expect(detector.touches(10 * CYCLE, 20 * CYCLE)).toBe(false);
    }
    expect(detector.touches(21 * CYCLE, 31 * CYCLE)).toBe(true);
    expect(detector.touches(30 * CYCLE, 40 * CYCLE)).toBe(false);
  });

  it("tells an event that the stream breaks off as truncated, and starts anew", () => {
    const events: VoltageEvent[] = [];
    const detector = new VoltageEventDetector(layout, { ended: (event) => events.push(event) });
    let last = { end: 0, at: 0 };
    for (const half of halfCycles(20, sag(0.5, 10, 100))) {
      detector.take(half);
      last = half;
    }
    detector.breakOff(last);
    expect(events.map(({ truncated }) => truncated)).toEqual([true]);
    for (const half of halfCycles(20, steady)) detector.take(half);
    expect(events.length).toBe(1);
  });

  it("does not end a dip because its voltage is no longer measured", () => {
    const events: VoltageEvent[] = [];
    const detector = new VoltageEventDetector(layout, { ended: (event) => events.push(event) });
    for (const half of halfCycles(40, sag(0.5, 10, 10))) {
      if (half.end > 15 * CYCLE && half.end < 30 * CYCLE) half.rms.fill(Number.NaN);
      detector.take(half);
    }
    expect(events.length).toBe(1);
    expect(events[0]!.endPosition).toBeGreaterThanOrEqual(29 * CYCLE);
  });
});

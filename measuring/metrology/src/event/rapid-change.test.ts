import { describe, expect, it } from "vitest";
import type { RapidChange } from "./event.ts";
import { CYCLE, type Envelope, halfCycles, RATE, steady, VOLTS } from "./half-cycles.fixture.ts";
import { RapidChangeDetector } from "./rapid-change.ts";

const layout = { rate: RATE, channels: ["u1", "u2", "u3"] as const, nominalVolts: VOLTS, nominalHertz: 50 as const };

function detect(
  cycles: number,
  envelopes: Envelope[],
  during: (cycle: number) => boolean = () => false,
): RapidChange[] {
  const changes: RapidChange[] = [];
  const detector = new RapidChangeDetector(
    { ...layout, channels: layout.channels.slice(0, envelopes.length) },
    (change) => changes.push(change),
    { threshold: 0.03, hysteresis: 0.5 },
  );
  for (const half of halfCycles(cycles, ...envelopes)) detector.take(half, during(half.end / CYCLE));
  return changes;
}

describe("a rapid voltage change", () => {
  it("is a step from steady to steady, with its height and hardly any duration", () => {
    const [change, ...more] = detect(200, [(at) => (at < 80 ? 1 : 0.95)]);
    expect(more).toEqual([]);
    expect(change!.steady / VOLTS).toBeCloseTo(-0.05, 3);
    expect(change!.largest / VOLTS).toBeCloseTo(0.05, 3);
    expect(Math.abs(change!.startPosition / CYCLE - 80)).toBeLessThan(1.01);
    expect(change!.seconds).toBeLessThan(0.04);
    expect(change!.channels).toEqual(["u1"]);
  });

  it("that overshoots has its largest apart from its steady change, and the time in between", () => {
    const [change] = detect(300, [(at) => (at < 80 ? 1 : at < 100 ? 0.92 : 0.96)]);
    expect(change!.largest / VOLTS).toBeCloseTo(0.08, 3);
    expect(change!.steady / VOLTS).toBeCloseTo(-0.04, 3);
    expect(Math.abs((change!.seconds * RATE) / CYCLE - 20)).toBeLessThan(1.5);
  });

  it("of one phase of three names that one", () => {
    const [change] = detect(200, [steady, (at) => (at < 80 ? 1 : 1.06), steady]);
    expect(change!.channels).toEqual(["u2"]);
    expect(change!.steady / VOLTS).toBeCloseTo(0.06, 3);
  });

  it("is none below the threshold, none while a slow drift, none in the first second", () => {
    expect(detect(200, [(at) => (at < 80 ? 1 : 0.98)])).toEqual([]);
    expect(detect(3000, [(at) => 1 + (0.08 * at) / 3000])).toEqual([]);
    expect(detect(200, [(at) => (at < 20 ? 1 : 0.95)])).toEqual([]);
  });

  it("is none where a dip was under way: that is told as a dip", () => {
    const dip: Envelope = (at) => (at < 80 ? 1 : at < 90 ? 0.8 : 0.95);
    expect(detect(300, [dip], (cycle) => cycle > 80 && cycle < 91)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { HARMONIC_PLACES, type WindowRecord } from "../window/record.ts";
import { Aggregator } from "./aggregator.ts";
import { type AggregateSnapshot, snapshot } from "./snapshot.ts";

/** A tick of 10 minutes and of 2 hours: 2026-11-24T12:00:00Z. */
const NOON = Date.UTC(2026, 10, 24, 12);

interface Values {
  readonly volts?: number;
  readonly watts?: number;
  readonly h5?: number;
  readonly flagged?: boolean;
  readonly locked?: boolean;
}

/** A window of one phase, 10 cycles of 50 Hz that end at `at`. */
function windowAt(at: number, { volts = 230, watts = 1000, h5 = 5, flagged = false, locked = true }: Values = {}) {
  const of = (length: number, values: Record<number, number>) => {
    const array = new Float64Array(length).fill(Number.NaN);
    for (const [place, value] of Object.entries(values)) array[Number(place)] = value;
    return array;
  };
  const window: WindowRecord = {
    from: (at - 200) * 16,
    to: at * 16,
    at,
    seconds: 0.2,
    cycles: 10,
    frequency: 50,
    locked,
    flagged,
    rms: of(8, { 0: volts, 4: 5 }),
    mean: of(8, { 0: 0.5, 4: 0 }),
    active: of(3, { 0: watts }),
    apparent: of(3, { 0: volts * 5 }),
    activeFundamental: of(3, { 0: watts }),
    reactiveFundamental: of(3, { 0: -100 }),
    re: of(8, {}),
    im: of(8, {}),
    harmonics: of(8 * HARMONIC_PLACES, { 1: volts, 5: h5 }),
    interharmonics: of(8 * HARMONIC_PLACES, { 5: 0.1 }),
    thd: of(8, { 0: 0.03 }),
    highest: 50,
    unbalanceNegative: Number.NaN,
    unbalanceZero: Number.NaN,
  };
  return window;
}

function gather() {
  const short: (AggregateSnapshot & { overlapping: boolean })[] = [];
  const ten: AggregateSnapshot[] = [];
  const two: AggregateSnapshot[] = [];
  const aggregator = new Aggregator({
    short: (record) => short.push({ ...snapshot(record), overlapping: record.overlapping }),
    tenMinutes: (record) => ten.push(snapshot(record)),
    twoHours: (record) => two.push(snapshot(record)),
  });
  /** Windows that end from one instant up to another, 200 ms apart. */
  const feed = (from: number, to: number, values: (at: number) => Values = () => ({})) => {
    for (let at = from; at <= to; at += 200) aggregator.take(windowAt(at, values(at)));
  };
  return { aggregator, short, ten, two, feed };
}

describe("aggregation", () => {
  it("takes root mean squares of voltages and harmonics, and means of powers", () => {
    const { short, feed } = gather();
    const odd = (at: number) => (at / 200) % 2 === 1;
    feed(NOON + 200, NOON + 3000, (at) =>
      odd(at) ? { volts: 220, watts: 100, h5: 3 } : { volts: 240, watts: -50, h5: 6 },
    );
    const ones = 8;
    const others = 7;
    expect(short.length).toBe(1);
    const { u1 } = short[0]!.channels;
    expect(u1!.rms).toBeCloseTo(Math.sqrt((ones * 220 ** 2 + others * 240 ** 2) / 15), 9);
    expect(u1!.harmonics[5]).toBeCloseTo(Math.sqrt((ones * 9 + others * 36) / 15), 9);
    expect(short[0]!.phases[0]!.active).toBeCloseTo((ones * 100 - others * 50) / 15, 9);
    expect([u1!.min, u1!.max]).toEqual([220, 240]);
    expect(short[0]!.frequency).toBeCloseTo(50, 9);
  });

  it("leaves out channels and phases that the meter does not have, and gives null where a harmonic is unavailable", () => {
    const { short, feed } = gather();
    feed(NOON + 200, NOON + 3000);
    expect(Object.keys(short[0]!.channels)).toEqual(["u1", "i1"]);
    expect(short[0]!.phases.map((phase) => phase === null)).toEqual([false, true, true]);
    expect(short[0]!.channels.u1!.harmonics[7]).toBeNull();
    expect(short[0]!.unbalanceNegative).toBeNull();
  });

  it("makes a value that one window lacks unavailable in the whole", () => {
    const { short, feed } = gather();
    feed(NOON + 200, NOON + 3000, (at) => ({ h5: at === NOON + 1000 ? Number.NaN : 5 }));
    expect(short[0]!.channels.u1!.harmonics[5]).toBeNull();
    expect(short[0]!.channels.u1!.rms).toBeCloseTo(230, 9);
  });

  it("flags each longer interval in which one window is flagged, and no other", () => {
    const { short, ten, feed } = gather();
    feed(NOON + 200, NOON + 1_200_200, (at) => ({ flagged: at === NOON + 4000 }));
    expect(short.map(({ flagged }) => flagged).slice(0, 3)).toEqual([false, true, false]);
    expect(ten.map(({ flagged }) => flagged)).toEqual([true, false]);
  });
});

describe("the clock", () => {
  it("makes ten minutes of exactly the windows that began in them, and two hours of twelve of those", () => {
    const { ten, two, feed } = gather();
    feed(NOON + 200, NOON + 7_200_200);
    expect(
      ten.map(({ start, end, parts, missing }) => [start! - NOON, end! - NOON, parts, Math.round(missing * 1e6)]),
    ).toEqual(Array.from({ length: 12 }, (_, k) => [k * 600_000, (k + 1) * 600_000, 3000, 0]));
    expect(two.map(({ start, parts }) => [start! - NOON, parts])).toEqual([[0, 12]]);
    expect(two[0]!.channels.u1!.rms).toBeCloseTo(230, 9);
  });

  it("lets a window begin at the tick although rounding puts it a hair before", () => {
    const { ten, feed, aggregator } = gather();
    feed(NOON + 199.99, NOON + 600_200);
    aggregator.finish();
    expect(ten.map(({ start, parts }) => [start! - NOON, parts])).toEqual([
      [0, 3000],
      [600_000, 1],
    ]);
  });

  it("counts the window that reaches over the tick before it, and begins anew with one that overlaps it", () => {
    const { ten, short, feed } = gather();
    feed(NOON + 260, NOON + 600_060);
    feed(NOON + 600_200, NOON + 604_000);
    feed(NOON + 604_200, NOON + 1_200_200);
    expect(ten[0]!.parts).toBe(3000);
    expect(ten[1]!.parts).toBe(3000);
    // The tick came after 199 whole short intervals and 15 windows less: every later one starts from the tick.
    const after = short.filter(({ start, overlapping }) => start! >= NOON + 599_999 && !overlapping);
    expect(after[0]!.start).toBe(NOON + 600_000);
    expect(after[1]!.start).toBe(NOON + 603_000);
  });

  it("fills the short interval that the tick falls into, which then overlaps, and says so", () => {
    const { short, feed } = gather();
    feed(NOON + 598_200, NOON + 606_000);
    expect(short.map(({ start, overlapping }) => [start! - NOON, overlapping])).toEqual(
      [
        [598_000, true],
        [600_000, false],
        [603_000, false],
      ].sort((a, b) => Number(a[0]) - Number(b[0])),
    );
  });

  it("says how much of ten minutes is missing, where it began late and where windows were lost", () => {
    const { ten, aggregator, feed } = gather();
    feed(NOON + 100_200, NOON + 300_000);
    feed(NOON + 330_200, NOON + 700_000);
    aggregator.finish();
    expect(ten[0]!.missing).toBeCloseTo(130, 6);
    expect(ten[1]!.missing).toBeCloseTo(500, 6);
  });

  it("tells nothing of ten minutes of which there is nothing", () => {
    const { ten, two, aggregator, feed } = gather();
    feed(NOON + 200, NOON + 600_000);
    feed(NOON + 1_800_200, NOON + 2_400_000);
    aggregator.finish();
    expect(ten.map(({ start }) => start! - NOON)).toEqual([0, 1_800_000]);
    expect(two[0]!.missing).toBeCloseTo(6000, 6);
  });

  it("waits for a time: before there is one, only short intervals come", () => {
    const { short, ten, aggregator } = gather();
    for (let window = 0; window < 6000; window++) aggregator.take({ ...windowAt(0), at: Number.NaN });
    aggregator.finish();
    expect(short.length).toBe(400);
    expect(short[0]!.start).toBeNull();
    expect(ten).toEqual([]);
  });
});

/** What must hold for every sequence of pictures, however wrong. fast-check prints the seed of a counter-example. */
import { Millis, Watts } from "@csj/quantity";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Config, Decision, Image, Timed } from "./control.ts";
import { HISTORY_MAX } from "./history.ts";
import { COMMANDS_MAX, PATH_MAX } from "./law/model.ts";
import { initialState, type State } from "./state.ts";
import { step } from "./step.ts";
import { config } from "./test/plant.ts";

const watts = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -12_000, max: 12_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -0, 1e-9, 100_000, 100_001, -100_001, 65_535, -2_147_483_648, 1e300) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE) },
);

interface Cycle {
  readonly after: number;
  readonly grid: { readonly watts: number; readonly age: number } | undefined;
  readonly pv: { readonly watts: number; readonly age: number } | undefined;
}

const age = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 900 }) },
  { weight: 1, arbitrary: fc.constantFrom(-5_000, -100, 3_001, 60_000, Number.NaN, Infinity, -Infinity) },
);
const reading = fc.option(fc.record({ watts, age }), { nil: undefined, freq: 8 });
const cycle: fc.Arbitrary<Cycle> = fc.record({
  after: fc.oneof(fc.integer({ min: 0, max: 4_000 }), fc.constantFrom(200, 1_000, 60_000, -500)),
  grid: reading,
  pv: reading,
});
const cycles = fc.array(cycle, { maxLength: 60 });

const settings: fc.Arbitrary<Config> = fc
  .record({
    allowedExport: fc.constantFrom(0, 1_500, 5_000),
    margin: fc.constantFrom(0, 50),
    safeLimit: fc.constantFrom(0, 500, 10_000),
    skewMax: fc.constantFrom(0, 500, 2_000),
    riseRate: fc.constantFrom(0.02, 0.2, 1),
  })
  .map(config);

function timed(reading: Cycle["grid"], now: number): Timed | undefined {
  return reading === undefined ? undefined : { watts: Watts(reading.watts), at: Millis(now - reading.age) };
}

interface Played {
  readonly before: State;
  readonly image: Image;
  readonly decision: Decision;
}

function play(all: readonly Cycle[], config: Config): Played[] {
  let state = initialState();
  let now = 1_000;
  return all.map(({ after, grid, pv }) => {
    now += after;
    const before = state;
    const image: Image = { now: Millis(now), grid: timed(grid, now), pv: timed(pv, now) };
    const done = step(before, image, config);
    state = done.state;
    return { before, image, decision: done.decision };
  });
}

test("the limit is always within 0 and the rating", () => {
  fc.assert(
    fc.property(cycles, settings, (all, config) => {
      for (const { decision } of play(all, config)) {
        expect(decision.limit).toBeGreaterThanOrEqual(0);
        expect(decision.limit).toBeLessThanOrEqual(config.rated);
      }
    }),
  );
});

test("a picture that is not believed never gives more than the safe limit", () => {
  fc.assert(
    fc.property(cycles, settings, (all, config) => {
      for (const { image, decision } of play(all, config)) {
        const real = [image.grid, image.pv].every((each) => each === undefined || Math.abs(each.watts) <= 100_000);
        if (!real) expect(decision.safe).toBe(true);
        if (decision.safe) expect(decision.limit).toBeLessThanOrEqual(config.safeLimit);
      }
    }),
  );
});

test("a picture with anything missing never raises the limit above both the last and the safe one", () => {
  fc.assert(
    fc.property(cycles, settings, (all, config) => {
      for (const { before, image, decision } of play(all, config)) {
        if (image.grid !== undefined && image.pv !== undefined) continue;
        expect(decision.limit).toBeLessThanOrEqual(Math.max(before.last?.limit ?? 0, config.safeLimit));
      }
    }),
  );
});

test("the limit never rises faster than its rate, nor by more than the time that counts", () => {
  fc.assert(
    fc.property(cycles, settings, (all, config) => {
      for (const { before, image, decision } of play(all, config)) {
        const last = before.last?.limit ?? config.safeLimit;
        const elapsed = Math.max(0, Math.min(config.staleAfter, image.now - (before.riseFrom ?? image.now)));
        const rise = (config.riseRate * config.rated * elapsed) / 1000;
        expect(decision.limit).toBeLessThanOrEqual(last + rise + 1e-6);
      }
    }),
  );
});

test("a lower grid reading never gives a higher limit", () => {
  const fall = fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(1e-6, 1e9, Infinity));
  fc.assert(
    fc.property(cycles, settings, fall, (all, config, lower) => {
      for (const { before, image, decision } of play(all, config)) {
        if (image.grid === undefined || Number.isNaN(image.grid.watts)) continue;
        const fallen = { ...image, grid: { ...image.grid, watts: Watts(image.grid.watts - lower) } };
        if (Number.isNaN(fallen.grid.watts)) continue;
        // From nonsense to sense: there a lower reading is the better one.
        if (image.grid.watts > config.plausible && fallen.grid.watts <= config.plausible) continue;
        expect(step(before, fallen, config).decision.limit).toBeLessThanOrEqual(decision.limit);
      }
    }),
    { numRuns: 500 },
  );
});

test("within the law a higher allowed export never gives a lower limit, and a higher margin never a higher one", () => {
  fc.assert(
    fc.property(cycles, settings, fc.integer({ min: 0, max: 3_000 }), (all, config, more) => {
      for (const { before, image, decision } of play(all, config)) {
        const allowed = step(before, image, { ...config, allowedExport: Watts(config.allowedExport + more) });
        const kept = step(before, image, { ...config, margin: Watts(config.margin + more) });
        expect(allowed.decision.limit).toBeGreaterThanOrEqual(decision.limit);
        expect(kept.decision.limit).toBeLessThanOrEqual(decision.limit);
      }
    }),
  );
});

test("the state stays bounded and the same pictures give the same decisions", () => {
  fc.assert(
    fc.property(cycles, settings, (all, config) => {
      const once = play(all, config);
      for (const { before } of once) {
        expect(Math.max(before.grid.length, before.pv.length)).toBeLessThanOrEqual(HISTORY_MAX);
        expect(before.excess.heldBack).toBeGreaterThanOrEqual(0);
        expect(before.excess.heldBack).toBeLessThanOrEqual(config.rated);
      }
      expect(play(all, config)).toEqual(once);
    }),
    { numRuns: 30 },
  );
});

test("a configuration that holds nonsense gives no limit above the rating and none from nothing", () => {
  const number = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 0, 5_000, 1e300);
  const nonsense = fc.record({
    allowedExport: number,
    margin: number,
    rated: number,
    safeLimit: number,
    staleAfter: number,
    skewMax: number,
    riseRate: number,
    plausible: number,
  });
  fc.assert(
    fc.property(cycles, nonsense, (all, wrong) => {
      const rated = wrong.rated > 0 ? wrong.rated : 0;
      for (const { decision } of play(all, config(wrong))) {
        expect(decision.limit).toBeGreaterThanOrEqual(0);
        expect(decision.limit).toBeLessThanOrEqual(rated);
      }
    }),
  );
});

/** A plant that is known, tests of the meter and all margins; what must hold then too. */
const known: fc.Arbitrary<Config> = fc
  .record({
    settings,
    time: fc.constantFrom(0, 200, 2_000, 30_000),
    deadTime: fc.constantFrom(0, 1_000, 10_000),
    kind: fc.constantFrom("first-order" as const, "ramp" as const),
    importFloor: fc.constantFrom(0, 300),
    volatilityMargin: fc.constantFrom(0, 1, 5),
  })
  .map(({ settings: base, time, deadTime, kind, importFloor, volatilityMargin }) => ({
    ...base,
    plant: [0.7, 0.3].map((share) => ({
      share,
      deadTime: Millis(deadTime),
      response: { kind, time: Millis(time) },
    })),
    importFloor: Watts(importFloor),
    volatilityMargin,
    probe: { every: Millis(60_000), depth: 0.04 },
    meterPeriod: Millis(1_000),
  }));

test("with a known plant the limit is within 0 and the rating, and nothing that is missing or unreal raises it", () => {
  fc.assert(
    fc.property(cycles, known, (all, config) => {
      for (const { before, image, decision } of play(all, config)) {
        const last = before.last?.limit ?? 0;
        expect(decision.limit).toBeGreaterThanOrEqual(0);
        expect(decision.limit).toBeLessThanOrEqual(config.rated);
        if (decision.safe) expect(decision.limit).toBeLessThanOrEqual(config.safeLimit);
        if (image.grid !== undefined && image.pv !== undefined) continue;
        expect(decision.limit).toBeLessThanOrEqual(Math.max(last, config.safeLimit));
      }
    }),
    { numRuns: 300 },
  );
});

test("a power that wrapped in an unsigned register, overflowed or is no number never raises the limit", () => {
  const wrapped = fc.constantFrom(
    ...[65_535, 65_036, 4_294_966_796, 2_147_483_647, -2_147_483_648, -32_768, 1e300, -1e300, Number.NaN],
    ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MAX_VALUE],
  );
  fc.assert(
    fc.property(cycles, fc.oneof(settings, known), wrapped, fc.boolean(), (all, over, value, isGrid) => {
      // Plausible is what the fuse lets pass: 3 x 25 A here, so that a wrapped 16-bit value lies beyond it.
      const config = { ...over, plausible: Watts(20_000) };
      const state = play(all, config).at(-1)?.before ?? initialState();
      const now = Millis((state.steppedAt ?? 1_000) + 1_000);
      const sound = { watts: Watts(500), at: now };
      const wrong = { watts: Watts(value), at: now };
      const image = { now, grid: isGrid ? wrong : sound, pv: isGrid ? sound : wrong };
      const { decision } = step(state, image, config);
      expect(decision.safe).toBe(true);
      expect(decision.limit).toBeLessThanOrEqual(Math.max(config.safeLimit, 0));
    }),
    { numRuns: 300 },
  );
});

test("with a known plant what is kept from cycle to cycle stays bounded, and is plain data", () => {
  fc.assert(
    fc.property(cycles, known, (all, config) => {
      const { before } = play(all, config).at(-1) ?? { before: initialState() };
      expect(before.model.path.length).toBeLessThanOrEqual(PATH_MAX);
      expect(before.model.commands.length).toBeLessThanOrEqual(COMMANDS_MAX);
      expect(structuredClone(before)).toEqual(before);
    }),
    { numRuns: 50 },
  );
});

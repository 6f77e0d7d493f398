import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { identify } from "./identify.ts";
import type { LimitTest, Point } from "./recording.ts";
import type { ResponseKind } from "./response-fit.ts";

interface Made {
  readonly kind: ResponseKind;
  readonly deadTime: number;
  /** ms: time constant, or a ramp over the whole rating. */
  readonly time: number;
  readonly sample: number;
  readonly noise?: number;
  readonly scale?: number;
  readonly sun?: (at: number) => number;
  readonly seed?: number;
  readonly hold?: number;
}

const RATED = 5_000;
const LEVELS = [RATED, 2_400, 1_000, 0, RATED];
const STEP = 10;

/** An inverter that is integrated in 10 ms, apart from the formulas that are fitted. */
function tested(made: Made): LimitTest {
  const {
    hold = 8 * (made.deadTime + made.time) + 12 * made.sample + 2_000,
    sun = () => 4_000,
    scale = 1,
    noise = 0,
  } = made;
  const random = seededRandom(made.seed ?? 1);
  const commands: Point[] = LEVELS.map((watts, index) => ({ at: index * hold, watts }));
  const samples: Point[] = [];
  let output = sun(0);
  let next = 37;
  for (let at = 0; at < hold * LEVELS.length; at += STEP) {
    const acting = commands.findLast((command) => command.at <= at - made.deadTime)?.watts ?? RATED;
    // A limit of the whole rating is none to most inverters, whatever their scale.
    const target = acting >= RATED ? sun(at) : Math.min(acting * scale, sun(at));
    if (made.kind === "first-order") output = target + (output - target) * Math.exp(-STEP / made.time);
    else {
      const most = (RATED * STEP) / made.time;
      output += Math.max(-most, Math.min(most, target - output));
    }
    if (at < next) continue;
    samples.push({ at, watts: output + noise * (2 * random.next() - 1) });
    next += made.sample * (0.9 + 0.2 * random.next());
  }
  return { rated: RATED, commands, samples };
}

/** Energy that passes per W of a cut of 30 % of the rating, in ms. */
const delayOf = (kind: ResponseKind, deadTime: number, time: number) =>
  deadTime + (kind === "first-order" ? time : 0.15 * time);

const within = (value: number, truth: number, sample: number) =>
  Math.abs(value - truth) <= Math.max(0.15 * truth, sample) + 1e-6;

describe("a limit-step test", () => {
  const plants: Made[] = [];
  for (const kind of ["first-order", "ramp"] as const)
    for (const deadTime of [100, 1_000, 3_000])
      for (const time of [400, 2_000, 10_000])
        for (const sample of [200, 1_000])
          plants.push({ kind, deadTime, time, sample, noise: 15, seed: plants.length });

  it.each(plants)("finds $kind, dead time $deadTime ms, time $time ms at $sample ms a sample", (plant) => {
    const found = identify(tested(plant));
    if (!found.found) throw new Error(`refused: ${found.because} (seed ${plant.seed})`);
    // Where the way is over within a few samples, the two kinds cannot be told apart; the delay as a whole can.
    const slow = plant.time >= (plant.kind === "ramp" ? 12 : 4) * plant.sample;
    if (slow) expect(found.kind).toBe(plant.kind);
    if (slow) {
      expect(within(found.deadTime.value, plant.deadTime, plant.sample), `dead ${found.deadTime.value}`).toBe(true);
      expect(within(found.time.value, plant.time, plant.sample), `${found.kind} ${found.time.value}`).toBe(true);
    }
    const delay = delayOf(found.kind, found.deadTime.value, found.time.value);
    expect(within(delay, delayOf(plant.kind, plant.deadTime, plant.time), plant.sample), `delay ${delay}`).toBe(true);
    expect(found.scaleRight).toBe(true);
    expect(Math.abs(found.atZero ?? Number.NaN)).toBeLessThan(20);
  });

  it.each([0.1, 0.5, 0.9, 1.1])("shows a scale of %d, which a read-back would confirm", (scale) => {
    const found = identify(tested({ kind: "first-order", deadTime: 500, time: 1_000, sample: 500, noise: 10, scale }));
    expect(found).toMatchObject({ found: true, scaleRight: false });
    expect((found as { scale: number }).scale).toBeCloseTo(scale, 1);
  });

  it("says nothing where the sun is too low", () => {
    const dull = { kind: "first-order", deadTime: 500, time: 1_000, sample: 500, sun: () => 300 } as const;
    expect(identify(tested(dull))).toEqual({ found: false, because: "sun-too-low" });
  });

  it("says that an inverter does not follow", () => {
    const deaf = { kind: "first-order", deadTime: 500, time: 1_000, sample: 500, scale: 10 } as const;
    const test = tested(deaf);
    const stuck = { ...test, samples: test.samples.map(({ at }) => ({ at, watts: 4_000 })) };
    expect(identify(stuck)).toEqual({ found: false, because: "did-not-follow" });
  });

  it("refuses a cloud over the test, and one that was too short", () => {
    const cloudy = { kind: "first-order", deadTime: 500, time: 1_000, sample: 500 } as const;
    expect(identify(tested({ ...cloudy, sun: (at) => 4_000 - at / 40 }))).toMatchObject({ found: false });
    const hasty = { kind: "first-order", deadTime: 500, time: 8_000, sample: 200, hold: 4_000 } as const;
    expect(identify(tested(hasty))).toEqual({ found: false, because: "not-settled" });
    expect(identify({ rated: RATED, commands: [], samples: [] })).toEqual({ found: false, because: "too-few-samples" });
  });

  it("takes no failed read for an output of 0", () => {
    const test = tested({ kind: "first-order", deadTime: 1_000, time: 2_000, sample: 500, noise: 10 });
    const holed = test.samples.map((sample, index) => (index % 7 === 0 ? { ...sample, watts: Number.NaN } : sample));
    expect(identify({ ...test, samples: holed })).toMatchObject({ found: true, scaleRight: true });
  });
});

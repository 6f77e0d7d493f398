/** The cases of the no-export bench. Where nothing else is said: 10 kW, full sun, dead time 1 s, time constant 2 s. */
import { seededRandom } from "@csj/runtime/fake";
import type { Site } from "./no-export-plant.ts";

export interface Scenario {
  readonly name: string;
  readonly site: Site;
  readonly seconds: number;
  /** True where load and sun stand still in the last minute, so that what moves is the law. */
  readonly settles: boolean;
}

export const WARM_UP_S = 120;

const plain: Site = {
  units: [{ rated: 10_000, dead: 1, response: { kind: "first-order", time: 2 } }],
  load: () => 0,
  sun: () => 10_000,
  meter: { period: 0.1, lag: 0.5, noise: 2 },
  telemetry: { period: 0.1, lag: 0, told: true },
  bus: 0.1,
  cycle: 1,
};

const first = (time: number, dead: number, rated = 10_000) => ({
  rated,
  dead,
  response: { kind: "first-order", time } as const,
});
const late = (lag: number, told: boolean) => ({ telemetry: { period: 0.1, lag, told } });

/** `from` until a moment after the warm-up that is no multiple of the cycle, then `to`. */
const drop = (from: number, to: number) => (at: number) => (at < WARM_UP_S + 10.3 ? from : to);

/** A load that is on in each of some stretches of seconds after the warm-up. */
const during =
  (base: number, watts: number, ...stretches: readonly (readonly [number, number])[]) =>
  (at: number) =>
    base + (stretches.some(([from, to]) => at >= WARM_UP_S + from && at < WARM_UP_S + to) ? watts : 0);

function scenario(name: string, over: Partial<Site>, seconds = 180, settles = true): Scenario {
  return { name, site: { ...plain, ...over }, seconds, settles };
}

/** Sun that a cloud takes to a fifth within 3 s and gives back within 3 s, each minute. */
const clouds = (at: number) => {
  const phase = at % 60;
  const shade = Math.max(0, Math.min(1, Math.min((phase - 10) / 3, (38 - phase) / 3)));
  return 10_000 - 8_000 * shade;
};

function flickering(seed: number): (at: number) => number {
  const random = seededRandom(seed);
  const values = Array.from({ length: 1_200 }, () => 2_000 + 300 * (2 * random.next() - 1));
  return (at) => values[Math.floor(at)] ?? 2_000;
}

const three = [
  first(1, 0.5, 5_000),
  first(3, 1, 3_000),
  { rated: 2_000, dead: 2, response: { kind: "ramp", time: 5 } as const },
];
const small = { ...first(2, 1, 3_680), quantum: 0.01 };
const skews = [0.5, 1, 2, 3];

export const scenarios: readonly Scenario[] = [
  scenario("step-9-to-1-kw", { load: drop(9_000, 1_000) }),
  scenario("step-100-to-1-kw", { load: drop(100_000, 1_000) }),
  scenario("step-5-to-4-kw", { load: drop(5_000, 4_000) }),
  scenario("step-4-to-9-kw", { load: drop(4_000, 9_000) }),
  scenario("step-9-to-1-kw-fast-cycle", { load: drop(9_000, 1_000), cycle: 0.2, bus: 0.05 }),
  scenario("step-5-to-0-kw", { load: drop(5_000, 0) }),
  scenario("clouds", { load: () => 5_000, sun: clouds }, 300, false),
  scenario("clouds-and-drop", { load: drop(6_000, 3_000), sun: clouds }, 300, false),
  scenario("kettle", { load: during(300, 2_800, [20.4, 200.7]) }, 300),
  scenario("ev", { load: during(500, 7_200, [15.6, 400.2]) }, 600),
  scenario(
    "cooker",
    { load: during(400, 1_800, ...Array.from({ length: 8 }, (_, n) => [20.3 + 30 * n, 32.9 + 30 * n] as const)) },
    400,
  ),
  scenario("flicker", { load: flickering(7) }, 300, false),
  scenario("skew-0", { load: drop(9_000, 4_000), units: [first(1, 1)], ...late(0, true) }),
  ...skews.flatMap((lag) =>
    [true, false].map((told) =>
      scenario(`skew-${lag}-${told ? "said" : "unsaid"}`, {
        load: drop(9_000, 4_000),
        units: [first(1, 1)],
        ...late(lag, told),
      }),
    ),
  ),
  scenario("skew-2-unsaid-up", { load: drop(4_000, 9_000), units: [first(1, 1)], ...late(2, false) }),
  scenario("skew-2-unsaid-clouds", { load: () => 5_000, sun: clouds, ...late(2, false) }, 300, false),
  scenario("slow-inverter", { load: drop(9_000, 1_000), units: [first(5, 3)], meter: { ...plain.meter, lag: 1 } }, 240),
  scenario("fast-inverter", { load: drop(9_000, 1_000), units: [first(0.2, 0.3)] }),
  scenario("linear-ramp-inverter", {
    load: drop(9_000, 1_000),
    units: [{ rated: 10_000, dead: 1, response: { kind: "ramp", time: 10 } }],
  }),
  scenario("three-inverters", { load: drop(9_000, 1_000), units: three }),
  scenario("one-percent-steps", { load: drop(3_000, 700), units: [small], sun: () => 3_680 }),
  scenario("slow-meter", { load: drop(9_000, 1_000), meter: { period: 1, lag: 0.5, noise: 5 } }),
  scenario("single-phase-on-three", {
    load: drop(3_000, 500),
    other: () => 1_500,
    units: [small],
    sun: () => 3_680,
  }),
];

/**
 * A generated home: a base load, a fridge that cycles, and a day's appliances, each a plan of steps. Built one UTC day at
 * a time from the seed and the day alone. Steps are sharp and at odd seconds, as in a real home: the limit has to hold
 * when an oven lets go, not when a minute ends.
 */
import { Instant, Watts } from "@csj/quantity";
import { DAY_MS } from "@csj/reading";
import type { Random } from "@csj/runtime";
import { seededRandom } from "@csj/runtime/fake";
import { seedOf } from "../seed.ts";
import type { LoadCurve } from "./power.ts";

interface Use {
  /** ms into the day. */
  readonly from: number;
  readonly to: number;
  readonly watts: number;
}

interface Appliance {
  readonly watts: number;
  /** Length of one use, in minutes. */
  readonly minutes: readonly [number, number];
  readonly uses: readonly [number, number];
  /** Hours of the day between which it starts. */
  readonly hours: readonly [number, number];
  /** Its thermostat's cycle in minutes and the share of it that is on; absent where it draws all the time. */
  readonly cycle?: { readonly minutes: number; readonly on: number };
  /** How many homes of a hundred have it. */
  readonly owners: number;
}

const appliances: readonly Appliance[] = [
  { watts: 2800, minutes: [2, 4], uses: [3, 7], hours: [6, 22], owners: 100 },
  { watts: 950, minutes: [2, 4], uses: [1, 2], hours: [6, 9], owners: 80 },
  { watts: 2100, minutes: [35, 70], uses: [0, 1], hours: [16, 19], cycle: { minutes: 6, on: 0.55 }, owners: 90 },
  { watts: 1800, minutes: [15, 35], uses: [1, 2], hours: [11, 20], cycle: { minutes: 1.5, on: 0.6 }, owners: 100 },
  { watts: 2000, minutes: [15, 20], uses: [0, 1], hours: [8, 15], owners: 90 },
  { watts: 8500, minutes: [5, 11], uses: [1, 2], hours: [6, 9], owners: 45 },
  { watts: 2400, minutes: [30, 50], uses: [0, 1], hours: [10, 16], cycle: { minutes: 9, on: 0.7 }, owners: 50 },
  { watts: 130, minutes: [150, 300], uses: [1, 1], hours: [17, 19], owners: 95 },
  { watts: 160, minutes: [90, 260], uses: [1, 1], hours: [17, 20], owners: 100 },
  { watts: 3600, minutes: [60, 240], uses: [0, 1], hours: [11, 23], owners: 30 },
  { watts: 1200, minutes: [4, 20], uses: [0, 1], hours: [9, 14], owners: 85 },
];

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function household(seed: number): LoadCurve {
  const character = seededRandom(seedOf(seed, "home"));
  const base = between(character, 60, 260);
  const fridge = { watts: between(character, 70, 130), period: between(character, 38, 66), on: 0.38 };
  const owned = appliances.filter((appliance) => character.next() * 100 < appliance.owners);
  let day = Number.NaN;
  let steps: readonly Step[] = [];
  return (at) => {
    const today = Math.floor(at / DAY_MS);
    if (today !== day) {
      day = today;
      steps = stepsOf([...usesOf(owned, seededRandom(seedOf(seed, "day", today))), ...cycling(fridge, seed)], base);
    }
    const index = stepAt(steps, at - today * DAY_MS);
    const next = steps[index + 1]?.at ?? DAY_MS;
    return { watts: Watts(steps[index]?.watts ?? base), until: Instant(today * DAY_MS + next) };
  };
}

function usesOf(owned: readonly Appliance[], random: Random): Use[] {
  return owned.flatMap((appliance) => {
    const uses = Math.round(between(random, ...appliance.uses));
    return Array.from({ length: uses }, () => oneUse(appliance, random)).flat();
  });
}

function oneUse({ watts, minutes, hours, cycle }: Appliance, random: Random): Use[] {
  const from = whole(between(random, ...hours) * HOUR_MS);
  const to = Math.min(DAY_MS, from + whole(between(random, ...minutes) * MINUTE_MS));
  const power = Math.round(watts * between(random, 0.9, 1.1));
  return cycle === undefined
    ? [{ from, to, watts: power }]
    : repeated(from, to, cycle.minutes * MINUTE_MS, cycle.on, power);
}

function cycling(fridge: { watts: number; period: number; on: number }, seed: number): Use[] {
  const period = whole(fridge.period * MINUTE_MS);
  return repeated(seedOf(seed, "fridge") % period, DAY_MS, period, fridge.on, Math.round(fridge.watts));
}

/** On for a share of each period; the last one is cut where the whole ends. */
function repeated(from: number, to: number, period: number, on: number, watts: number): Use[] {
  const uses: Use[] = [];
  for (let start = from; start < to; start += period) {
    uses.push({ from: start, to: Math.min(to, whole(start + period * on)), watts });
  }
  return uses;
}

interface Step {
  readonly at: number;
  readonly watts: number;
}

function stepsOf(uses: readonly Use[], base: number): Step[] {
  const changes = uses.flatMap(({ from, to, watts }) => [
    { at: from, by: watts },
    { at: to, by: -watts },
  ]);
  changes.sort((one, other) => one.at - other.at);
  const steps: Step[] = [{ at: 0, watts: base }];
  let level = base;
  for (const { at, by } of changes) {
    level += by;
    if (steps.at(-1)?.at === at) steps.pop();
    steps.push({ at, watts: Math.max(0, level) });
  }
  return steps;
}

/** The last step at or before `at`. */
function stepAt(steps: readonly Step[], at: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((steps[middle]?.at ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

const between = (random: Random, low: number, high: number) => low + (high - low) * random.next();
/** To whole seconds. */
const whole = (ms: number) => Math.round(ms / 1000) * 1000;

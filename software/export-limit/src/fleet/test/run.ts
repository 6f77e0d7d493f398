/** A site of simulated inverters that is shared out once a second. */
import { Millis, type Watts } from "@csj/quantity";
import type { PerPhase } from "../../site.ts";
import { allocate } from "../allocate.ts";
import { type Allocation, type FleetState, type FleetUnit, initialFleet, type Total } from "../types.ts";
import { Inverter, STEP_MS } from "./site.ts";

export interface Run {
  readonly units: readonly FleetUnit[];
  readonly seconds: number;
  readonly total: (s: number) => number | PerPhase;
  /** W that the sun gives each unit. */
  readonly sun: (s: number) => readonly number[];
  /** What happens to the command of a unit in a cycle; taken and confirmed where not given. */
  readonly fate?: (s: number, unit: number) => "taken" | "unheard" | "lost";
  /** W that its telemetry is off by. */
  readonly noise?: () => number;
}

export interface Moment {
  readonly s: number;
  readonly total: number | PerPhase;
  readonly outputs: readonly number[];
  readonly commands: readonly number[];
}

export const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

/** One moment for each 100 ms. */
export function run({ units, seconds, total, sun, fate, noise }: Run): Moment[] {
  const plant = units.map((unit, at) => new Inverter(unit, sun(0)[at] ?? 0));
  const moments: Moment[] = [];
  let state: FleetState = initialFleet();
  let commands: readonly number[] = [];
  for (let now = 0; now < seconds * 1000; now += STEP_MS) {
    const s = now / 1000;
    plant.forEach((inverter, at) => {
      inverter.available = sun(s)[at] ?? 0;
      inverter.step(now);
    });
    if (now % 1000 === 0) {
      const done = cycle(state, total(s) as Total, plant, now, noise);
      state = done.state;
      commands = done.commands.map(({ limit }) => limit);
      plant.forEach((inverter, at) => {
        const happens = fate?.(s, at) ?? "taken";
        inverter.take(commands[at] ?? 0, now, happens !== "lost", happens === "taken");
      });
    }
    moments.push({ s, total: total(s), outputs: plant.map(({ output }) => output), commands });
  }
  return moments;
}

function cycle(state: FleetState, total: Total, plant: readonly Inverter[], now: number, noise = () => 0): Allocation {
  const specs = plant.map(({ spec }) => spec);
  const images = plant.map((inverter) => {
    const image = inverter.image(now);
    const output = image.output && { ...image.output, watts: (image.output.watts + noise()) as Watts };
    return { ...image, output };
  });
  return allocate(state, total, specs, images, { now: Millis(now) });
}

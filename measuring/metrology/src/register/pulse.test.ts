import { describe, expect, it } from "vitest";
import { PulseInput } from "./pulse-input.ts";
import { PulseOutput } from "./pulse-output.ts";

const s0 = { perKilowattHour: 1000, shortest: 30, longest: 5000 };

describe("a pulse input", () => {
  it("counts a pulse for each closure of 30 ms or more, and bounces and a stuck line apart", () => {
    const got: [number, number][] = [];
    const input = new PulseInput(s0, (energy, at) => got.push([energy, at]));
    for (const [closed, at] of [
      [true, 0],
      [false, 30],
      [true, 100],
      [false, 103],
      [true, 200],
      [true, 210],
      [false, 290],
      [false, 291],
      [true, 1000],
      [false, 9000],
    ] as const) {
      input.edge(closed, at);
    }
    expect(got).toEqual([
      [1, 30],
      [1, 290],
    ]);
    expect(input).toMatchObject({ bounces: 1, stuck: 1 });
  });
});

describe("a pulse output", () => {
  it("gives 2,000 pulses for 2 kW over an hour, evenly, and none for what flows the other way", () => {
    const pulses: number[] = [];
    const output = new PulseOutput(1000, (at) => pulses.push(at));
    for (let cycle = 1; cycle <= 180_000; cycle += 1) output.cycle((2000 * 0.02) / 3600, cycle * 20, 0.02);
    output.cycle(-5, 3_600_020, 0.02);
    expect(Math.abs(pulses.length - 2000)).toBeLessThanOrEqual(1);
    const gaps = pulses.slice(1).map((at, index) => at - pulses[index]!);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThan(1);
  });

  it("gives several for a cycle that holds several", () => {
    const pulses: number[] = [];
    new PulseOutput(1000, (at) => pulses.push(at)).cycle(4, 1000, 1);
    expect(pulses).toEqual([250, 500, 750, 1000]);
  });

  it("passes its energy on to an input without loss", () => {
    let energy = 0;
    const input = new PulseInput(s0, (wattHours) => {
      energy += wattHours;
    });
    const output = new PulseOutput(1000, (at) => {
      input.edge(true, at);
      input.edge(false, at + 40);
    });
    for (let cycle = 1; cycle <= 100_000; cycle += 1) output.cycle(0.0123, cycle * 20, 0.02);
    expect(Math.abs(energy - 1230)).toBeLessThanOrEqual(1);
  });
});

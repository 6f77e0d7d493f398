/**
 * The register maps against the profiles' fixtures: a picture with the fixture's quantities must come out as the fixture's
 * words, which come from manuals and recordings. Neither side is made from the other.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { testInverter, testMeter, testSite } from "../test-site.ts";
import { Image } from "./image.ts";
import type { InverterPicture } from "./inverter-picture.ts";
import { makeOf } from "./makes.ts";
import type { MeterPicture } from "./picture.ts";
import { inverterMap } from "./sunspec-inverter.ts";
import { model203, sunspecMeter } from "./sunspec-meter.ts";

interface Word {
  readonly address: number;
  readonly words: readonly number[];
  readonly means: string;
  readonly quantity?: string;
  readonly channel?: string;
  readonly value?: number;
  readonly count?: number;
  readonly per_count?: number;
  readonly source: string;
}

interface Fixture {
  readonly function: 3 | 4;
  readonly words: readonly Word[];
}

function fixtureOf(profile: string): Fixture {
  const file = new URL(`../../../../communication/profiles/fixtures/${profile}.yaml`, import.meta.url);
  return parse(readFileSync(file, "utf8"));
}

const known = (word: Word) => word.quantity !== undefined || word.channel !== undefined;

function pictureOf({ words }: Fixture): MeterPicture {
  const value = (quantity: string) => words.find((word) => word.quantity === quantity)?.value ?? 0;
  const phases = (quantity: string) =>
    [value(`${quantity}.l1`), value(`${quantity}.l2`), value(`${quantity}.l3`)] as const;
  const energy = (channel: string) => {
    const word = words.find((one) => one.channel === channel);
    return (word?.count ?? 0) * (word?.per_count ?? 0);
  };
  return {
    phases: 3,
    watts: value("power"),
    phaseWatts: phases("power"),
    vars: value("reactive"),
    phaseVars: [0, 0, 0],
    voltAmps: value("apparent"),
    powerFactor: value("power-factor"),
    volts: phases("voltage"),
    amps: phases("current"),
    hertz: value("frequency"),
    importWh: energy("import"),
    exportWh: energy("export"),
    importVarh: 0,
    exportVarh: 0,
  };
}

describe("a simulated meter's registers", () => {
  const profiles = ["eastron-sdm630", "eastron-sdm120", "chint-dtsu666", "carlo-gavazzi-em340", "abb-b23"] as const;

  it.each(profiles)("of %s encode the fixture's quantities to the fixture's words", (profile) => {
    const fixture = fixtureOf(profile);
    const image = new Image(makeOf(testSite, { ...testMeter, profile }, "test").areas);
    image.fill(pictureOf(fixture));
    const space = fixture.function === 3 ? "holding" : "input";
    const expected = fixture.words.filter(known);
    expect(expected.length).toBeGreaterThan(6);
    for (const { address, words, means, source } of expected) {
      const served = image.read(space, address, words.length) as Uint16Array;
      // The manual's 43 66 33 34 is 230.2 as its meter's arithmetic rounds it, one unit of the last place up.
      const rounding = profile.startsWith("eastron") && source === "manual" ? 1 : 0;
      const last = words.length - 1;
      expect([means, ...served.subarray(0, last)]).toEqual([means, ...words.slice(0, last)]);
      expect(Math.abs((served[last] ?? 0) - (words[last] ?? 0)), means).toBeLessThanOrEqual(rounding);
    }
  });

  it("of a SunSpec meter encode the fixture's quantities to the fixture's words", () => {
    const fixture = fixtureOf("sunspec-meter");
    const image = new Image(sunspecMeter(model203(1), "test", 1));
    image.fill(pictureOf(fixture));
    for (const { address, words, means } of fixture.words.filter(known)) {
      expect([means, ...(image.read("holding", address, words.length) as Uint16Array)]).toEqual([means, ...words]);
    }
  });

  it("are refused outside the map and with the function that the meter does not serve", () => {
    const image = new Image(makeOf(testSite, testMeter, "test").areas);
    expect(image.read("input", 0x17f, 2)).toBe(2);
    expect(image.read("holding", 0, 2)).toBe(1);
  });
});

/** Offsets from the model's id, as the specification's table of model 101 has them: value, scale factor, registers. */
const model101 = {
  "voltage.l1": [10, 13, 1],
  generation: [14, 15, 1],
  frequency: [16, 17, 1],
  energy: [24, 26, 2],
} as const;

describe("a simulated inverter's registers", () => {
  const limit = {
    enabled: true,
    share: 0.5,
    revertEnabled: true,
    revertShare: 0,
    revertSeconds: 60,
    deadline: null,
    writes: 1,
  };
  const picture: InverterPicture = {
    watts: 3680,
    volts: 244,
    hertz: 49.99,
    energyWh: 30_388_530,
    running: "throttled",
    heldBack: 0.25,
    limit,
    revertsIn: 42,
  };

  function filled(control: "123" | "704") {
    const { areas, controlsAt } = inverterMap({ ...testInverter, control, phases: 1 }, "test");
    const image = new Image(areas);
    image.fill(picture);
    const read = (address: number, count: number) => [...(image.read("holding", address, count) as Uint16Array)];
    return { read, controlsAt };
  }

  it("say in model 101 what the recorded inverter's say, each by its own scale factor", () => {
    const { read } = filled("123");
    expect(read(40_070, 2)).toEqual([101, 50]);
    const value = (name: keyof typeof model101) => {
      const [at, scale, count] = model101[name];
      const raw = read(40_070 + at, count).reduce((sum, word) => sum * 65_536 + word, 0);
      const exponent = ((read(40_070 + scale, 1)[0] ?? 0) << 16) >> 16;
      return raw * 10 ** exponent;
    };
    const recorded = fixtureOf("sunspec-inverter").words.filter(known);
    for (const { quantity, channel, value: wanted, count = 0, per_count: per = 0 } of recorded) {
      if (channel !== undefined) expect(value("energy")).toBe(count * per);
      else expect(value(quantity as keyof typeof model101)).toBeCloseTo(wanted ?? Number.NaN, 9);
    }
  });

  it("form a chain that ends, with each model where the one before it says", () => {
    for (const [control, ids] of [
      ["123", [1, 101, 120, 121, 122, 123]],
      ["704", [1, 701, 702, 704]],
    ] as const) {
      const { read } = filled(control);
      expect(read(40_000, 2)).toEqual([0x5375, 0x6e53]);
      const found: number[] = [];
      let at = 40_002;
      for (let [id = 0, length = 0] = read(at, 2); id !== 0xffff; [id = 0, length = 0] = read(at, 2)) {
        found.push(id);
        at += 2 + length;
      }
      expect(found).toEqual(ids);
    }
  });

  it("show the limit in model 123 and in model 704", () => {
    const old = filled("123");
    // WMaxLimPct, WinTms, RvrtTms, RmpTms, WMaxLim_Ena, and the scale factor.
    expect(old.read(old.controlsAt + 5, 5)).toEqual([5000, 0, 60, 0, 1]);
    expect(old.read(old.controlsAt + 23, 1)).toEqual([0xfffe]);
    const current = filled("704");
    // Ena, Pct, PctRvrt, EnaRvrt, RvrtTms, RvrtRem
    expect(current.read(current.controlsAt + 14, 8)).toEqual([1, 5000, 0, 1, 0, 60, 0, 42]);
    expect(current.read(40_070 + 110, 3)).toEqual([25, 0, 1]);
  });
});

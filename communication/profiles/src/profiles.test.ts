import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLimiter, openMeter, type Profile } from "@csj/device";
import { Watts } from "@csj/quantity";
import { afterAll, describe, expect, it } from "vitest";
import { fixture, fixtureAccess } from "./fixture.ts";
import { loadProfiles, profile, profileFolder, profileFrom, profileIds } from "./load.ts";

/** Everything that a profile makes of its fixture; numbers to the third decimal, energies as count x Wh +- step. */
async function readAll(id: string) {
  const access = fixtureAccess(fixture(id));
  const meter = openMeter(profile(id), access, 1, { id });
  const power = await meter.readPower();
  const energy = await meter.readEnergy();
  return {
    values: Object.fromEntries([...power.values].map(([key, value]) => [key, Math.round(value * 1000) / 1000])),
    unavailable: [...power.unavailable.keys(), ...energy.unavailable.keys()],
    energy: Object.fromEntries(
      [...energy.registers].map(([key, read]) => [
        key,
        `${read.count} x ${read.perCount} ${read.unit} +- ${read.step}`,
      ]),
    ),
    requests: access.reads.filter(({ count }) => count !== 2 || id === "eastron-sdm120").length,
  };
}

describe("each profile reads its fixture", () => {
  it("eastron-sdm630", async () => {
    expect(await readAll("eastron-sdm630")).toEqual({
      values: {
        power: 1540.125,
        "power.l1": 1250.5,
        "power.l2": 600.125,
        "power.l3": -310.5,
        "voltage.l1": 230.2,
        "voltage.l2": 231.4,
        "voltage.l3": 229.8,
        "current.l1": 5.5,
        "current.l2": 2.625,
        "current.l3": 1.125,
        apparent: 1680,
        reactive: 290,
        "power-factor": 0.969,
        frequency: 50.01,
      },
      unavailable: [],
      energy: { import: "12345678 x 1 Wh +- 1", export: "17000125 x 1 Wh +- 2" },
      requests: 2,
    });
  });

  it("eastron-sdm120", async () => {
    expect(await readAll("eastron-sdm120")).toEqual({
      values: {
        power: -196.3,
        "voltage.l1": 230.2,
        "current.l1": 1.26,
        apparent: 290,
        reactive: -231.125,
        "power-factor": 0.676,
        frequency: 49.98,
      },
      unavailable: [],
      energy: { import: "400250 x 1 Wh +- 1", export: "4321500 x 1 Wh +- 1" },
      requests: 3,
    });
  });

  it("chint-dtsu666", async () => {
    expect(await readAll("chint-dtsu666")).toEqual({
      values: {
        power: 1540.5,
        "power.l1": 1250.5,
        "power.l2": 600.3,
        "power.l3": -310.5,
        "voltage.l1": 230.2,
        "voltage.l2": 231.4,
        "voltage.l3": 229.8,
        "current.l1": 5.5,
        "current.l2": 2.625,
        "current.l3": 1.125,
        reactive: 290,
        "power-factor": 0.969,
        frequency: 50.01,
      },
      unavailable: [],
      energy: { import: "12345678 x 1 Wh +- 10", export: "400250 x 1 Wh +- 10" },
      // Two of them for the transformer ratios, once.
      requests: 4,
    });
  });

  it("carlo-gavazzi-em340", async () => {
    expect(await readAll("carlo-gavazzi-em340")).toEqual({
      values: {
        power: 7000,
        "power.l1": 1250.5,
        "power.l2": 600.3,
        "power.l3": -310.5,
        "voltage.l1": 230.2,
        "voltage.l2": 231.4,
        "voltage.l3": 229.8,
        "current.l1": 5.5,
        "current.l2": 2.625,
        "current.l3": 1.125,
        apparent: 7078,
        reactive: 290,
        "power-factor": 0.969,
        frequency: 50,
      },
      unavailable: [],
      energy: { import: "123456 x 100 Wh +- 1", export: "4002 x 100 Wh +- 1" },
      requests: 2,
    });
  });

  it("abb-b23", async () => {
    expect(await readAll("abb-b23")).toEqual({
      values: {
        power: 1251.56,
        "power.l1": 232.66,
        "power.l2": 452.07,
        "power.l3": 566.83,
        "voltage.l1": 230.2,
        "voltage.l2": 231.4,
        "voltage.l3": 229.8,
        "current.l1": 1.01,
        "current.l2": 2.01,
        "current.l3": 3.02,
        reactive: 300.17,
        apparent: 1407.39,
        "power-factor": 0.972,
        frequency: 49.95,
      },
      unavailable: [],
      energy: { import: "856720 x 10 Wh +- 1", export: "201225 x 10 Wh +- 1" },
      requests: 2,
    });
  });

  it("sunspec-meter", async () => {
    expect(await readAll("sunspec-meter")).toEqual({
      values: {
        power: 1540,
        "power.l1": 1250,
        "power.l2": 600,
        "power.l3": -310,
        "voltage.l1": 230.2,
        "voltage.l2": 231.4,
        "voltage.l3": 229.8,
        "current.l1": 5.5,
        "current.l2": 2.63,
        "current.l3": 1.13,
        apparent: 1680,
        reactive: 290,
        frequency: 50.01,
      },
      unavailable: [],
      energy: { import: "12345678 x 1 Wh +- 1", export: "400002 x 1 Wh +- 1" },
      requests: 2,
    });
  });

  it("sunspec-inverter", async () => {
    expect(await readAll("sunspec-inverter")).toEqual({
      values: { generation: 3680, "voltage.l1": 244, frequency: 49.99 },
      unavailable: ["voltage.l2", "voltage.l3"],
      energy: { generation: "3038853 x 10 Wh +- 1" },
      requests: 2,
    });
  });

  it("sunspec-inverter, limited: the recorded inverter implements no times, so none is written to it", async () => {
    const access = fixtureAccess(fixture("sunspec-inverter"));
    const limiter = openLimiter(profile("sunspec-inverter"), access, 1, { id: "inverter" });
    expect(await limiter.prepare()).toEqual({ rated: 3680 });
    expect(await limiter.limitTo(Watts(1000))).toBeCloseTo(999.856, 6);
    expect(access.writes[0]).toMatchObject({ address: 40_348, words: [2717, 0xffff, 0xffff, 0xffff, 1] });
    expect(limiter.facts).toMatchObject({ onSilence: "keeps", floor: 0.01, quantum: 0.0001 });
  });
});

describe("each fixture", () => {
  it.each(profileIds())("of %s is what the profile reads of each named word, with its source named", async (id) => {
    const read = fixture(id);
    const meter = openMeter(profile(id), fixtureAccess(read), 1, { id });
    const [power, energy] = [await meter.readPower(), await meter.readEnergy()];
    const values = new Map<string, number>(power.values);
    const registers = new Map<string, { count: number; perCount: number; step: number }>(energy.registers);
    for (const word of read.words) {
      expect(read.sources[word.source], word.means).toBeDefined();
      if (word.quantity !== undefined) expect(values.get(word.quantity), word.means).toBeCloseTo(word.value ?? 0, 4);
      if (word.channel === undefined) continue;
      const { count, per_count: perCount, step } = word;
      expect(registers.get(word.channel), word.means).toMatchObject({ count, perCount, step });
    }
  });
});

describe("the profiles", () => {
  const folder = mkdtempSync(join(tmpdir(), "csj-profiles-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const broken = (from: string, change: (text: string) => string) =>
    change(readFileSync(`${profileFolder}${from}.yaml`, "utf8"));

  const failure = (text: string) => {
    try {
      profileFrom(text, "meter.yaml");
    } catch (error) {
      return (error as { describe(): string }).describe();
    }
    return "no failure";
  };

  it("load, all of them, and say what was verified", () => {
    const all = loadProfiles();
    expect([...all.keys()]).toEqual(profileIds());
    for (const { verification } of all.values()) expect(["manual", "simulator"]).toContain(verification.status);
  });

  it("are the ones that docs/PROFILES.md lists", () => {
    const page = readFileSync(new URL("../../../docs/PROFILES.md", import.meta.url), "utf8");
    const sections = page.split("\n## ").filter((part) => !part.startsWith("Signs") && !part.startsWith("Keys"));
    const listed = sections.flatMap((part) => [...part.matchAll(/^\| `([a-z0-9]+-[a-z0-9-]+)` \|/gm)]);
    expect(listed.map((row) => row[1]).sort()).toEqual(profileIds());
  });

  it("that are unknown are named, and so are those that there are", () => {
    expect(() => profile("sdm630")).toThrow(/no profile "sdm630"; there are abb-b23/);
  });

  it("name an unknown key by file, line and column", () => {
    const text = broken("eastron-sdm120", (yaml) => yaml.replace("invalid: none", "invalid: none\nscale_all: 2"));
    const line = text.split("\n").findIndex((entry) => entry.startsWith("scale_all")) + 1;
    expect(failure(text)).toContain(`PROFILE_FILE at meter.yaml:${line}:1 scale_all: scale_all is not a known key.`);
  });

  it("name a wrong word where it stands", () => {
    const text = broken("eastron-sdm120", (yaml) => yaml.replace("channel: import", "channel: imported"));
    const line = text.split("\n").findIndex((entry) => entry.includes("imported")) + 1;
    expect(failure(text)).toMatch(
      new RegExp(`meter.yaml:${line}:\\d+ energy.0.channel: energy.0.channel must be one of import, `),
    );
  });

  it("name what is no YAML, and a key that stands twice", () => {
    expect(failure("id: [")).toMatch(/PROFILE_FILE at meter.yaml:\d+:\d+/);
    expect(failure("kind: registers\nkind: sunspec\n")).toMatch(/meter.yaml:2:1/);
  });

  it("must carry the name of their file", () => {
    writeFileSync(join(folder, "other.yaml"), readFileSync(`${profileFolder}eastron-sdm120.yaml`));
    expect(() => profile("other", folder)).toThrow(/named other and its id is eastron-sdm120/);
  });

  it("count what a site may rely on: a watchdog only where the model has a value to fall to", () => {
    const inverter = profile("sunspec-inverter") as Profile & { kind: "sunspec" };
    expect(inverter.limiter.map((entry) => [entry.model, entry.on_silence])).toEqual([
      [704, "falls-to-value"],
      [123, "releases"],
    ]);
  });
});

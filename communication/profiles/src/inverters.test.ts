/**
 * What is asked of every inverter that can be limited. The words of a limit are literals here, taken from the makers'
 * scales by hand, so that a wrong scale in a profile meets a number that knows better.
 */
import { readdirSync, readFileSync } from "node:fs";
import { openLimiter, type PowerLimiter, type Profile, scanUnits, type WordsAccess } from "@csj/device";
import { Millis, Watts } from "@csj/quantity";
import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { type Fixture, fixture, fixtureAccess, fixtureFolder } from "./fixture.ts";
import { loadProfiles, profile } from "./load.ts";

const profiles = loadProfiles();
const isInverter = ({ roles }: Profile) => roles.includes("inverter");
const inverters = [...profiles.values()].filter(isInverter);
const ids = inverters.map((each) => each.id);
const fixtureIds = readdirSync(fixtureFolder)
  .map((name) => name.replace(/\.yaml$/, ""))
  .filter((id) => isInverter(profile(fixture(id).profile)));

/** For those that do not state it: what the configuration gives. */
const CONFIGURED = Watts(10_000);
const statesRating = (read: Fixture) => read.words.some((word) => word.limit === "rated");

function limiterOf(id: string, more: { fallback?: Watts; silence?: Millis; rated?: Watts } = {}) {
  const read = fixture(id);
  const access = fixtureAccess(read);
  const rated = statesRating(read) ? {} : { rated: CONFIGURED };
  return { access, limiter: openLimiter(profile(read.profile), access, 1, { id, ...rated, ...more }) };
}

async function ready(id: string, more = {}) {
  const { access, limiter } = limiterOf(id, more);
  const prepared = await limiter.prepare();
  access.writes.length = 0;
  return { access, limiter, prepared };
}

const written = (access: WordsAccess) =>
  access.writes.map(({ function: code, address, words }) => [code, address, ...words]);

async function heldBy(limiter: PowerLimiter) {
  const back = await limiter.readBack?.();
  if (back === undefined) throw new Error(`${limiter.id} reads nothing back`);
  return back;
}

describe("the fixture of an inverter", () => {
  it.each(fixtureIds)("%s says what a limiter makes of it, with its source", async (id) => {
    const { words, sources } = fixture(id);
    const { limiter, prepared } = await ready(id);
    const back = await heldBy(limiter);
    const made = { rated: prepared.rated, static: prepared.staticLimit, held: back.limit, applied: back.applied };
    for (const word of words) {
      expect(sources[word.source], word.means).toBeDefined();
      if (word.limit !== undefined) expect(made[word.limit], word.means).toBe(word.value);
    }
    expect(limiter.verification?.warning).toMatch(/Unverified map/);
  });
});

/** A limit of 1234 W from each fixture's state: what is confirmed, and all that is written, [function, address, words]. */
const expected: Readonly<Record<string, readonly [confirmed: number, ...writes: readonly number[][]]>> = {
  // 1234 of 100,000 per mille of 10 kW: mode 1, then 123 tenths of a percent
  "cps-sch": [1230, [6, 0x2602, 1], [6, 0x1001, 123]],
  "deye-string": [1224, [16, 40, 102]],
  // 0.667 % of 185 kW is 6 tenths of a percent; the time of 60 s becomes 0
  "fimer-inverter": [1110, [16, 40_233, 6, 0, 0, 0, 1]],
  "fronius-inverter": [1233.9, [16, 40_242, 457, 0, 0, 0, 1]],
  "goodwe-dt": [1200, [16, 0x100, 12]],
  "growatt-tl-x": [1200, [6, 2, 0], [6, 3, 24]],
  "growatt-tl3-x": [1200, [6, 2, 0], [6, 3, 4]],
  "huawei-sun2000": [1230.9, [6, 40_125, 373]],
  "kostal-plenticore": [1190, [6, 40_217, 17], [6, 40_221, 1]],
  "saj-r5": [1230, [16, 0x801f, 123]],
  "sma-core1": [1230, [16, 40_210, 0, 1079], [16, 41_255, 246]],
  "sma-sunspec": [1233.904, [16, 40_348, 3353, 0xffff, 0xffff, 0xffff, 1]],
  "solaredge-inverter": [
    1234,
    [16, 0xf318, 0, 0x42c8],
    [16, 0xf31a, 0, 0x42c8],
    [16, 0xf318, 0, 0xbf80],
    [16, 0xf31a, 0, 0xbf80],
    [16, 0xf300, 1],
    // falls to 0.0 % after 10 s; 12.34 as a float32 rounded down is 0x414570A3
    [16, 0xf312, 0, 0],
    [16, 0xf310, 10, 0],
    [16, 0xf322, 0x70a3, 0x4145],
  ],
  "solis-string": [1234, [6, 3069, 0xaa], [6, 3051, 1234]],
  // The recorded switch is on already, so it is not written again.
  "sungrow-sg": [1230, [6, 5007, 205]],
  "sunspec-inverter": [1233.904, [16, 40_348, 3353, 0xffff, 0xffff, 0xffff, 1]],
};

describe("a limit", () => {
  it("is proven for every inverter that there is", () => {
    expect(Object.keys(expected)).toEqual(ids);
    expect(ids.length).toBeGreaterThanOrEqual(12);
  });

  it.each(ids)(
    "of 1234 W to %s is written in the maker's counts, never above, and once only what keeps",
    async (id) => {
      const { access, limiter } = await ready(id);
      const [confirmed, ...writes] = expected[id] ?? [Number.NaN];
      expect(await limiter.limitTo(Watts(1234))).toBeCloseTo(confirmed, 6);
      expect(written(access)).toEqual(writes);
      expect(access.writes.every(({ lane }) => lane === "control")).toBe(true);
      const first = access.writes.length;
      await limiter.limitTo(Watts(1234));
      const settings = id === "kostal-plenticore" ? 2 : 1;
      expect(access.writes.length - first).toBe(settings);
    },
  );

  it.each(ids)("to %s that is no number is refused, and nothing is written", async (id) => {
    const { access, limiter } = await ready(id);
    await expect(limiter.limitTo(Watts(Number.NaN))).rejects.toMatchObject({ code: "DEVICE_LIMIT" });
    expect(access.writes).toEqual([]);
  });

  it.each(ids)("to %s below zero is the words of zero and never wraps around", async (id) => {
    const zero = await ready(id);
    expect(await zero.limiter.limitTo(Watts(0))).toBe(0);
    for (const limit of [-1e-9, -1, -40, -32_768, -65_536, -(2 ** 31), -(2 ** 53), Number.NEGATIVE_INFINITY]) {
      const below = await ready(id);
      expect(await below.limiter.limitTo(Watts(limit)), `${limit}`).toBe(0);
      expect(written(below.access), `${limit}`).toEqual(written(zero.access));
    }
  });

  it.each(ids)("to %s above its rating is its rating, or what the installer left of it", async (id) => {
    const { limiter, prepared } = await ready(id);
    const top = prepared.staticLimit ?? prepared.rated;
    for (const limit of [top, top + 1, 65_536, 2 ** 31, 2 ** 32 + 5, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
      const got = await limiter.limitTo(Watts(Math.max(limit, top)));
      expect(got, `${limit}`).toBeLessThanOrEqual(top);
      expect(got, `${limit}`).toBeGreaterThan(top - limiter.facts.quantum * prepared.rated - 1e-6);
    }
  });

  it.each(ids)("to %s is never above what was asked, and what is held is what was confirmed", async (id) => {
    const seed = 20_261_124;
    const random = seededRandom(seed);
    const { access, limiter, prepared } = await ready(id);
    for (let round = 0; round < 200; round += 1) {
      const asked = (random.next() * 1.2 - 0.1) * prepared.rated;
      const got = await limiter.limitTo(Watts(asked));
      const said = `seed ${seed}, round ${round}: ${asked} W`;
      expect(got, said).toBeLessThanOrEqual(Math.max(asked, 0));
      expect(got, said).toBeGreaterThan(
        Math.min(asked, prepared.rated) - limiter.facts.quantum * prepared.rated - 1e-6,
      );
      const back = await heldBy(limiter);
      if (back.state !== "unreadable") expect(back.limit, said).toBeCloseTo(got, 6);
      for (const { words } of access.writes) {
        for (const word of words) expect(Number.isInteger(word) && word >= 0 && word <= 0xffff, said).toBe(true);
      }
      access.writes.length = 0;
    }
  });
});

describe("what an inverter holds", () => {
  it("tells another master, a restart and a switch that went off from the own limit", async () => {
    const { access, limiter } = await ready("sungrow-sg");
    await limiter.limitTo(Watts(600));
    expect(await heldBy(limiter)).toMatchObject({ state: "limited", limit: 600, raw: [100] });
    access.set(3, 5007, [900]);
    expect(await heldBy(limiter)).toMatchObject({ state: "limited", limit: 5400 });
    access.set(3, 5006, [0x55]).set(3, 5007, [1100]);
    expect(await heldBy(limiter)).toMatchObject({ state: "released", limit: undefined });
    access.writes.length = 0;
    await limiter.limitTo(Watts(600));
    expect(written(access)).toEqual([
      [6, 5006, 0xaa],
      [6, 5007, 100],
    ]);
  });

  it("tells a Growatt that starts in the morning without its limit, and puts memory off again before the next one", async () => {
    const { access, limiter } = await ready("growatt-tl-x");
    await limiter.limitTo(Watts(500));
    access.set(3, 2, [1]).set(3, 3, [255]);
    expect(await heldBy(limiter)).toMatchObject({ state: "released", limit: undefined, raw: [255] });
    access.writes.length = 0;
    await limiter.limitTo(Watts(500));
    expect(written(access)).toEqual([
      [6, 2, 0],
      [6, 3, 10],
    ]);
  });

  it("is not believed of a make that reads back something else", async () => {
    expect(await heldBy((await ready("sma-sunspec")).limiter)).toMatchObject({ state: "unreadable", limit: undefined });
    expect(await heldBy((await ready("goodwe-dt")).limiter)).toMatchObject({ state: "unreadable", raw: [] });
  });

  it("is read of model 704 and of model 123", async () => {
    const der = await ready("sunspec-inverter.recorded", { fallback: Watts(1000), silence: Millis(4000) });
    expect(der.prepared).toEqual({ rated: 10_000 });
    expect(der.limiter.facts).toMatchObject({ onSilence: "falls-to-value", silenceTimeout: 4000, quantum: 0.001 });
    expect(await heldBy(der.limiter)).toMatchObject({ state: "released" });
    expect(await der.limiter.limitTo(Watts(2503))).toBe(2500);
    // Ena, 25.0 %, reversion to 10.0 %, its switch, 4 s
    expect(written(der.access)).toEqual([[16, 40_310, 1, 250, 100, 1, 0, 4]]);
    expect(await heldBy(der.limiter)).toMatchObject({ state: "limited", limit: 2500 });
    const fronius = await ready("fronius-inverter");
    expect(await heldBy(fronius.limiter)).toMatchObject({ state: "released", raw: [10_000, 0, 0, 0, 0] });
  });
});

describe("an installer's limit", () => {
  it("of 70 % in a SAJ's memory is found, never written, and never gone above", async () => {
    const { access, limiter } = limiterOf("saj-r5");
    access.set(3, 0x101c, [700]);
    expect(await limiter.prepare()).toEqual({ rated: 10_000, staticLimit: 7000 });
    expect(await limiter.limitTo(Watts(10_000))).toBe(7000);
    expect(written(access)).toEqual([[16, 0x801f, 700]]);
  });

  it("in SunSpec is a WMax below the nameplate", async () => {
    const { access, limiter } = limiterOf("fronius-inverter");
    // WMax 1890 tens of watts: 70 % of 27 kW
    access.set(3, 40_161, [1890]);
    expect(await limiter.prepare()).toEqual({ rated: 18_900, staticLimit: 18_900 });
    expect(await limiter.limitTo(Watts(27_000))).toBe(18_900);
  });
});

describe("an inverter", () => {
  it("that does not state its rating needs it from the configuration, and of two the larger counts", async () => {
    const bare = openLimiter(profile("solis-string"), fixtureAccess(fixture("solis-string")), 1, { id: "inverter" });
    await expect(bare.prepare()).rejects.toMatchObject({ code: "DEVICE_RATING" });
    const larger = await ready("huawei-sun2000", { rated: Watts(4000) });
    expect(larger.prepared.rated).toBe(4000);
    expect(await ready("huawei-sun2000", { rated: Watts(1000) })).toMatchObject({ prepared: { rated: 3300 } });
  });

  it("that would take a limit and ignore it is found before the first one", async () => {
    const { access, limiter } = limiterOf("solaredge-inverter");
    access.set(3, 0xf142, [0, 0]);
    await expect(limiter.prepare()).rejects.toMatchObject({ code: "DEVICE_LIMIT_OFF" });
    await expect(limiter.prepare()).rejects.toThrow(/Advanced Power Control Enable \(61762\) holds 0, 0/);
  });

  it("without the better of two ways is limited by the other", async () => {
    const read = fixture("solaredge-inverter");
    const words = read.words.filter(({ address }) => address !== 0xf322);
    const access = fixtureAccess({ ...read, words }).set(3, 0xf001, [100]);
    const limiter = openLimiter(profile("solaredge-inverter"), access, 1, { id: "inverter" });
    await limiter.prepare();
    expect(limiter.facts).toMatchObject({ onSilence: "keeps", register: "0xF001 Active Power Limit", quantum: 0.01 });
    expect(await limiter.limitTo(Watts(1234))).toBe(1200);
    expect(written(access)).toEqual([[6, 0xf001, 12]]);
  });

  it("that falls to a value does so to what the site says is safe, after the time that the site says", async () => {
    const { access, limiter } = await ready("solaredge-inverter", { fallback: Watts(500), silence: Millis(6000) });
    expect(limiter.facts).toMatchObject({ onSilence: "falls-to-value", silenceTimeout: 6000, memory: "volatile" });
    await limiter.limitTo(Watts(500));
    // 5.0 is 0x40A00000
    expect(written(access).slice(-3)).toEqual([
      [16, 0xf312, 0, 0x40a0],
      [16, 0xf310, 6, 0],
      [16, 0xf322, 0, 0x40a0],
    ]);
  });

  it.each(fixtureIds)("whose fixture is %s is recognised by its own profile first", async (id) => {
    const options = { units: [1], profiles: [...profiles.values()], timeout: Millis(1000), shared: true };
    const found: string[] = [];
    for await (const scanned of scanUnits(fixtureAccess(fixture(id)), options)) {
      found.push(...(scanned.found?.profiles ?? []));
    }
    const own = fixture(id).profile;
    // Any SunSpec inverter is one, and the generic profile's own recording is an SMA's.
    const general = profile(own).kind === "sunspec" ? ["sunspec-inverter"] : [];
    const named = id === "sunspec-inverter" ? ["sma-sunspec"] : own === "sunspec-inverter" ? [] : [own];
    expect(found).toEqual([...named, ...general]);
  });
});

describe("the inverters' facts", () => {
  it("name what nobody verified, and promise no watchdog that the maker does not describe", async () => {
    const falling: string[] = [];
    for (const { id, verification } of inverters) {
      expect(verification.unverified.length, id).toBeGreaterThan(0);
      const { limiter } = await ready(id);
      if (limiter.facts.onSilence === "falls-to-value") falling.push(id);
    }
    expect(falling).toEqual(["solaredge-inverter"]);
  });

  it("stand in docs/PROFILES.md as the files have them", async () => {
    const page = readFileSync(new URL("../../../docs/PROFILES.md", import.meta.url), "utf8");
    const silence = {
      "falls-to-value": "falls to a value",
      keeps: "keeps",
      releases: "releases",
      unknown: "not known",
    };
    const memory = { volatile: "volatile", eeprom: "wears out", unknown: "not known" };
    for (const { id, verification } of inverters) {
      const row = page.split("\n").find((line) => line.startsWith(`| \`${id}\` |`)) ?? "";
      const [, , , , onSilence, kept, step, status] = row.split("|").map((cell) => cell.trim());
      const { facts } = (await ready(id)).limiter;
      expect(onSilence, id).toContain(silence[facts.onSilence]);
      expect(kept, id).toBe(memory[facts.memory]);
      if (id !== "sunspec-inverter") expect(Number.parseFloat(step ?? "") / 100, id).toBeCloseTo(facts.quantum, 9);
      expect(status, id).toBe(verification.status);
    }
  });
});

/** What is asked of every meter, of every fixture against every profile: a wrong meter recognised is a wrong limit kept. */
import { readdirSync } from "node:fs";
import { openMeter, type Profile, scanUnits, type WordsAccess } from "@csj/device";
import { Instant, Millis } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { fixture, fixtureAccess, fixtureFolder } from "./fixture.ts";
import { loadProfiles, profile } from "./load.ts";

type RegisterAccess = Parameters<typeof scanUnits>[0];
type ReadRequest = Parameters<RegisterAccess["read"]>[0];
type Answer = Awaited<ReturnType<RegisterAccess["read"]>>;

const profiles = loadProfiles();
const fixtureIds = readdirSync(fixtureFolder)
  .map((name) => name.replace(/\.yaml$/, ""))
  .sort();
const isMeter = ({ roles }: Profile) => roles.includes("grid");
const meterFixtures = fixtureIds.filter((id) => isMeter(profile(fixture(id).profile)));

async function readWhole(id: string) {
  const { profile: of } = fixture(id);
  const meter = openMeter(profile(of), fixtureAccess(fixture(id)), 1, { id });
  const [power, energy] = [await meter.readPower(), await meter.readEnergy()];
  const unavailable = new Map<string, string>([...power.unavailable, ...energy.unavailable]);
  const values = new Map<string, number>(power.values);
  return { values, registers: new Map<string, object>(energy.registers), unavailable };
}

describe("the fixture of a meter", () => {
  it.each(meterFixtures)(
    "%s names a word, with its source, for everything that the profile reads of it",
    async (id) => {
      const { values, registers } = await readWhole(id);
      const { words, sources } = fixture(id);
      const named = new Map(
        words.flatMap((word) => (word.quantity === undefined ? [] : [[word.quantity, word] as const])),
      );
      for (const [quantity, value] of values) {
        // Of the older fixtures some quantities are proven by the literals of profiles.test.ts.
        if (!named.has(quantity) && profile(fixture(id).profile).verification.status === "simulator") continue;
        expect(named.get(quantity)?.value, `${id} ${quantity}`).toBeCloseTo(value, 3);
      }
      for (const word of words) {
        expect(sources[word.source], word.means).toBeDefined();
        if (word.quantity !== undefined) expect(values.get(word.quantity), word.means).toBeCloseTo(word.value ?? 0, 3);
        if (word.channel === undefined) continue;
        const { count, per_count: perCount, step } = word;
        expect(registers.get(word.channel), word.means).toMatchObject({ count, perCount, step });
      }
    },
  );

  it("of a real DTSU666 behind 200:1 transformers is read as the 3.02 kW that flow, not as the 15.1 W that it shows", async () => {
    const { values } = await readWhole("chint-dtsu666.recorded");
    expect(values.get("power")).toBe(-3020);
    expect(values.get("current.l1")).toBeCloseTo(7, 9);
  });

  it("whose frequency is none passes none on", async () => {
    const { values, unavailable } = await readWhole("carlo-gavazzi-em340.vector");
    expect(values.get("power")).toBe(13_000);
    expect(unavailable.get("frequency")).toMatch(/implausible: 5 /);
  });
});

const answer = (words: Uint16Array): Answer => ({ words, receivedAt: Instant(0), receivedMonotonic: Millis(0) });

/** Meters differ in what they do with a request that is not meant for them: some refuse, some answer what comes. */
function lenient(access: WordsAccess, { alike, zeros }: { alike: boolean; zeros: boolean }): RegisterAccess {
  const word = (table: 3 | 4, address: number) =>
    access.peek(table, address, 1)?.[0] ?? (alike ? access.peek(table === 3 ? 4 : 3, address, 1)?.[0] : undefined);
  return {
    async read(request) {
      const found = Array.from({ length: request.count }, (_, at) => word(request.function, request.address + at));
      if (!zeros && found.includes(undefined)) return access.read(request);
      return answer(Uint16Array.from(found, (each) => each ?? 0));
    },
    write: async () => {},
  };
}

async function recognised(id: string, access: RegisterAccess = fixtureAccess(fixture(id))): Promise<string[]> {
  const options = { units: [1], profiles: [...profiles.values()], timeout: Millis(1000), shared: true };
  const found: string[] = [];
  for await (const scanned of scanUnits(access, options)) {
    found.push(...(scanned.found?.profiles ?? []));
  }
  return found;
}

describe("every fixture against every profile", () => {
  it.each(meterFixtures)("%s is recognised as what it is, and as nothing else", async (id) => {
    // A vector of 1 V is no meter that hangs on a grid: it is recognised as nothing.
    if (id.endsWith(".vector")) return expect(await recognised(id)).toEqual([]);
    const [first, ...others] = await recognised(id);
    expect(first).toBe(fixture(id).profile);
    // What knows the maker comes before what fits every SunSpec meter.
    expect(others).toEqual(id === "solaredge-meter" ? ["sunspec-meter"] : []);
  });

  it.each(["answers both functions alike", "answers 0 where it has nothing", "does both"])(
    "of a meter that %s is recognised as what it is all the same",
    async (manner) => {
      for (const id of meterFixtures.filter((each) => !each.endsWith(".vector"))) {
        const access = lenient(fixtureAccess(fixture(id)), {
          alike: !/answers 0/.test(manner),
          zeros: !/alike/.test(manner),
        });
        const [first, ...others] = await recognised(id, access);
        expect([id, first]).toEqual([id, fixture(id).profile]);
        expect([id, others]).toEqual([id, id === "solaredge-meter" ? ["sunspec-meter"] : []]);
      }
    },
  );

  it.each([0, 1, 500, 2300, 0x4366, 0x7fff, 0x8000, 0xffff])(
    "takes %i in every register for no meter",
    async (word) => {
      const same = {
        read: async ({ count }: ReadRequest) => answer(new Uint16Array(count).fill(word)),
        write: async () => {},
      };
      expect(await recognised("a constant", same)).toEqual([]);
    },
  );

  it("makes no meter of an inverter", async () => {
    for (const id of fixtureIds.filter((each) => !meterFixtures.includes(each))) {
      const meters = (await recognised(id)).filter((found) => isMeter(profile(found)));
      expect(meters, id).toEqual([]);
    }
  });
});

describe("the meters", () => {
  const meters = [...profiles.values()].filter(isMeter);

  it("are at least twelve, and each gives the power of the whole and of each phase, volts and amperes", () => {
    expect(meters.length).toBeGreaterThanOrEqual(12);
    for (const meter of meters) {
      if (meter.kind !== "registers") continue;
      const read = meter.power.map((entry) => entry.quantity);
      const phases = meter.phases === 1 ? ["l1"] : ["l1", "l2", "l3"];
      const perPhase = phases.flatMap((phase) => [`voltage.${phase}`, `current.${phase}`]);
      const powers = meter.phases === 1 ? [] : phases.map((phase) => `power.${phase}`);
      expect(read, meter.id).toEqual(expect.arrayContaining(["power", ...perPhase, ...powers]));
      expect(
        meter.energy.map((entry) => entry.channel),
        meter.id,
      ).toEqual(["import", "export"]);
    }
  });

  it("that no device was tried with say so", () => {
    for (const meter of meters) {
      expect(["manual", "simulator"], meter.id).toContain(meter.verification.status);
      expect(meter.verification.unverified.length, meter.id).toBeGreaterThan(0);
      const opened = openMeter(meter, fixtureAccess(fixture(meter.id)), 1, { id: "grid" });
      expect(opened.verification?.warning).toMatch(new RegExp(`^Unverified map: ${meter.id} was .*known load`));
    }
  });
});

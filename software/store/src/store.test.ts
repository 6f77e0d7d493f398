import { Instant } from "@csj/quantity";
import { dayStart, deriveDay, qualityOf, type UtcDay } from "@csj/reading";
import { seededRandom } from "@csj/runtime/fake";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Batch, storeBatch } from "./batch.ts";
import type { Database, Queries } from "./database.ts";
import { BLOCK_FIELDS, type BlockRow, channelDayOf, type MeterDay } from "./day-record.ts";
import { INTRADAY_FIELDS, type IntradayRow, type MeterInterval, meterIntervalOf } from "./interval-record.ts";
import { migrate, migrations } from "./migrate.ts";
import { openDatabase } from "./open.ts";
import { Partitions } from "./partitions.ts";
import { extentOf, readSeries } from "./series.ts";
import { type Place, pglitePlace, postgresBin, postgresPlace } from "./test/databases.ts";
import { delivery, intervalsOf, randomDay } from "./test/records.ts";

const DAY: UtcDay = "2026-11-24";
const start = dayStart(DAY);
const SEED = 20_261_124;

const engines: readonly (readonly [string, () => Promise<Place>, boolean])[] = [
  ["PGlite", pglitePlace, true],
  ["PostgreSQL", postgresPlace, postgresBin !== undefined || process.env.CI === "true"],
];

for (const [name, place, present] of engines) {
  describe.skipIf(!present)(`the store on ${name}${present ? "" : " (no server in /usr/lib/postgresql)"}`, () => {
    let at: Place;
    let database: Database;
    let partitions: Partitions;

    beforeAll(async () => {
      at = await place();
      database = await openDatabase(at.address);
      partitions = new Partitions(database);
    });
    afterAll(async () => {
      await database?.close();
      await at?.remove();
    });
    beforeEach(() => database.script("TRUNCATE meter_day, block, intraday, conflict, setting"));

    const store = (days: readonly MeterDay[], intervals: readonly MeterInterval[] = []) =>
      storeBatch(database, partitions, batchOf(days, intervals));

    it("gives every value back as it was given", async () => {
      const { rows } = await database.query(
        `SELECT 9007199254740991::int8 AS whole, '2026-03-01'::date AS day, $1::timestamptz AS instant, $2::bytea AS bytes,
                $3::int4[] AS numbers, $4::text[] AS texts, NULL::text AS nothing, true AS yes, $5::int8 AS eight`,
        ["2026-11-24T12:30:00.250Z", Uint8Array.of(0, 255), [1, null, -3], ['a"b\\', "c,d", "e"], 5],
      );
      expect(rows).toEqual([
        {
          ...{ whole: 9_007_199_254_740_991, day: "2026-03-01", instant: Date.parse("2026-11-24T12:30:00.250Z") },
          ...{ bytes: Uint8Array.of(0, 255), numbers: [1, null, -3], texts: ['a"b\\', "c,d", "e"] },
          ...{ nothing: null, yes: true, eight: 5 },
        },
      ]);
    });

    it("takes everything of a failed transaction back", async () => {
      const failing = database.transaction(async (within) => {
        await within.query("INSERT INTO setting VALUES ('a', 'b')");
        await within.query("INSERT INTO setting VALUES ('a', 'b')");
      });
      await expect(failing).rejects.toMatchObject({ code: "STORE_DUPLICATE" });
      expect((await database.query("SELECT * FROM setting")).rows).toEqual([]);
    });

    it("says which statement the database refused, in its own words", async () => {
      await expect(database.query("SELECT nothing_here")).rejects.toMatchObject({
        code: "STORE_QUERY",
        message: expect.stringContaining("nothing_here"),
      });
      await expect(database.query("SELECT $1::int4", ["x"])).rejects.toMatchObject({ code: "STORE_DATA" });
    });

    it("applies each migration once, and refuses an edited or an unknown one", async () => {
      await migrate(database);
      const all = migrations();
      const edited = all.map((one) => ({ ...one, checksum: "0" }));
      await expect(migrate(database, edited)).rejects.toMatchObject({ code: "STORE_MIGRATION_CHANGED" });
      await expect(migrate(database, [])).rejects.toMatchObject({ code: "STORE_NEWER" });
      const broken = [
        ...all,
        { number: 9999, name: "9999-broken.sql", sql: "CREATE TABLE half (a int4); SELEC", checksum: "" },
      ];
      await expect(migrate(database, broken)).rejects.toMatchObject({ code: "STORE_QUERY" });
      expect((await database.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }]);
    });

    it("gives back each register and delay of a day as it was signed", async () => {
      const random = seededRandom(SEED);
      const days = Array.from({ length: 40 }, (_, meter) => randomDay(random, meter, DAY, meter + 1));
      await store(days);
      expect(await storedDays(database)).toEqual(
        new Map(days.map((day) => [`${day.meter} ${day.day}`, byChannel(day)])),
      );
    });

    it("keeps the values that the readings' own rule derives", async () => {
      const day = randomDay(seededRandom(SEED + 1), 7, DAY, 1);
      await store([day]);
      const series = await readSeries(database, 7, start, Instant(start + 86_400_000));
      for (const { channel, points } of series) {
        const derived = deriveDay(channelOf(day, channel), start);
        const words = [...derived.quality].map(qualityOf);
        expect(points.map(({ quality }) => quality)).toEqual(words);
        const amounts = [...derived.values].map((value, slot) => (words[slot] === "missing" ? null : value));
        expect(points.map(({ amount }) => amount)).toEqual(amounts);
      }
    });

    it("stores the same truth whatever the order, the batches and the repetitions", async () => {
      for (let round = 0; round < 6; round += 1) {
        const random = seededRandom(SEED + round);
        await database.script("TRUNCATE meter_day, block, intraday, conflict");
        const days = [1, 2, 3].map((meter) => randomDay(random, meter, DAY, meter * 100));
        const open = randomDay(random, 4, DAY, 400);
        const intervals = [...days, open].flatMap((day) => intervalsOf(day, day.delivery.seq + 1));
        const told = shuffled(random, [...days, ...days, ...intervals, ...intervals.slice(0, 90)]);
        const conflicts = [];
        while (told.length > 0) {
          const some = told.splice(0, 1 + Math.floor(random.next() * 60));
          const [aDay, anInterval] = [some.filter((one) => "day" in one), some.filter((one) => !("day" in one))];
          conflicts.push(...(await store(aDay as MeterDay[], anInterval as MeterInterval[])));
        }
        expect(conflicts, `seed ${SEED + round}`).toEqual([]);
        const wanted = new Map(days.map((day) => [`${day.meter} ${day.day}`, byChannel(day)]));
        expect(await storedDays(database), `seed ${SEED + round}`).toEqual(wanted);
        const left = await storedIntervals(database);
        expect(
          left.map(({ meter }) => meter),
          `seed ${SEED + round}`,
        ).toEqual(Array(48).fill(4));
        expect(left.map(({ channels }) => channels)).toEqual(intervalsOf(open, 0).map(({ channels }) => channels));
      }
    });

    it("keeps the first of two values for one key, and the second beside it", async () => {
      const day = randomDay(seededRandom(SEED), 1, DAY, 1);
      const other: MeterDay = {
        ...randomDay(seededRandom(SEED + 9), 1, DAY, 1),
        delivery: delivery(1, { epoch: 1_790_000_001 }),
      };
      await store([day]);
      expect([...(await store([other]))]).toEqual([other]);
      expect([...(await store([day, day], intervalsOf(day, 9)))]).toEqual([]);
      expect(await storedDays(database)).toEqual(new Map([[`1 ${DAY}`, byChannel(day)]]));
      const kept = await database.query("SELECT meter, kind, epoch, body FROM conflict");
      expect(kept.rows).toEqual([{ meter: 1, kind: "day", epoch: 1_790_000_001, body: "1 2026-11-24" }]);
    });

    it("takes the same registers in a new epoch for what is there already", async () => {
      const day = randomDay(seededRandom(SEED), 1, DAY, 1);
      await store([day]);
      expect([...(await store([{ ...day, delivery: delivery(77, { epoch: 1_790_000_001 }) }]))]).toEqual([]);
    });

    it("leaves an interval that its day contradicts where it is, and shows the day", async () => {
      const day = randomDay(seededRandom(SEED), 1, DAY, 1);
      const [first, ...rest] = intervalsOf(randomDay(seededRandom(SEED + 1), 1, DAY, 1), 2) as [MeterInterval];
      await store([], [first, ...intervalsOf(day, 2).slice(1, 3)]);
      await store([day]);
      expect(rest.length).toBe(47);
      expect((await storedIntervals(database)).map(({ start }) => start)).toEqual([first.start]);
      const [shown] = await readSeries(database, 1, start, Instant(start + 1_800_000));
      expect(shown?.points.length).toBe(1);
      expect([...(await store([], [first]))]).toEqual([first]);
    });

    it("finds the energy of unread boundaries in sum, also over midnight and over an absent day", async () => {
      const flat = (counts: (number | null)[], day: UtcDay, seq: number): MeterDay => {
        const delays = counts.map((count) => (count === null ? null : 0));
        const channel = { channel: "import", unit: "Wh", perCount: 1, digits: 6, step: 1, interval: 1800 } as const;
        return { meter: 1, day, channels: [{ ...channel, counts, delays, breaks: [] }], delivery: delivery(seq) };
      };
      const upTo = (end: number) => Array.from({ length: 49 }, (_, at) => (at < end ? 100 + at : null));
      const from = (begin: number, count: number) =>
        Array.from({ length: 49 }, (_, at) => (at < begin ? null : count + at));
      await store([
        flat(upTo(47), "2026-11-24", 1),
        flat(from(2, 200), "2026-11-25", 2),
        flat(from(0, 300), "2026-11-27", 3),
      ]);
      const [series] = await readSeries(database, 1, start, Instant(start + 4 * 86_400_000));
      expect(series?.spans).toEqual([
        { from: Date.parse("2026-11-24T23:00Z"), to: Date.parse("2026-11-25T01:00Z"), amount: 202 - 146 },
        { from: Date.parse("2026-11-26T00:00Z"), to: Date.parse("2026-11-27T00:00Z"), amount: 300 - 248 },
      ]);
      expect(await extentOf(database, 1)).toEqual({ from: start, to: start + 4 * 86_400_000 });
    });
  });
}

function batchOf(days: readonly MeterDay[], intervals: readonly MeterInterval[]): Batch {
  return {
    days: days.map((record) => ({ record, body: `${record.meter} ${record.day}` })),
    intervals: intervals.map((record) => ({ record, body: `${record.meter} ${record.start}` })),
    statements: [],
  };
}

function byChannel(day: MeterDay) {
  return new Map(day.channels.map((channel) => [channel.channel, channel]));
}

function channelOf(day: MeterDay, id: string) {
  const found = day.channels.find(({ channel }) => channel === id);
  if (found === undefined) throw new Error(`no channel ${id}`);
  return found;
}

async function storedDays(queries: Queries): Promise<Map<string, ReturnType<typeof byChannel>>> {
  const { rows } = await queries.query<BlockRow>(`SELECT ${BLOCK_FIELDS} FROM block b`);
  const found = new Map<string, ReturnType<typeof byChannel>>();
  for (const row of rows) {
    const key = `${row.meter} ${row.day}`;
    const day = channelDayOf(row);
    found.set(key, (found.get(key) ?? new Map()).set(day.channel, day));
  }
  return found;
}

async function storedIntervals(queries: Queries): Promise<MeterInterval[]> {
  const { rows } = await queries.query<IntradayRow>(
    `SELECT ${INTRADAY_FIELDS} FROM intraday i ORDER BY i.meter, i.start`,
  );
  return rows.map(meterIntervalOf);
}

function shuffled<Item>(random: { next(): number }, items: Item[]): Item[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random.next() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as Item, mixed[at] as Item];
  }
  return mixed;
}

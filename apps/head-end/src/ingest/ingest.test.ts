import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDigest, nodeVerifier } from "@csj/runtime/node";
import { findMeter, type MeterDay, readDay } from "@csj/store";
import { pglitePlace, postgresBin, postgresPlace } from "@csj/store/test";
import { checkBody, type DayBody } from "@csj/uplink";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bytes, FakeGateway } from "../test/fake-gateway.ts";
import { enrolled, type Running, running } from "../test/head-end.ts";
import type { Outcome } from "./outcome.ts";

let at: Running;
let gateway: FakeGateway;
let other: FakeGateway;

const take = async (...payloads: Buffer[]) =>
  words(await at.headEnd.ingest.take(payloads.map((payload) => ({ gateway: "site-01", payload }))));

const words = (outcomes: readonly Outcome[]) =>
  outcomes.map((one) => (one.kind === "stored" || one.kind === "failed" ? one.kind : `${one.kind} ${one.error.code}`));

const rows = async (table: string) => (await at.headEnd.database.query(`SELECT * FROM ${table}`)).count;

const engines = [
  ["PGlite", pglitePlace, true],
  ["PostgreSQL, in threads", postgresPlace, postgresBin !== undefined || process.env["CI"] === "true"],
] as const;

describe.each(engines)("on %s", (_name, place, present) => {
  describe.skipIf(!present)(present ? "" : "(no server in /usr/lib/postgresql)", () => {
    beforeAll(async () => {
      at = await running({ token_file: join(mkdtempSync(join(tmpdir(), "csj-ingest-")), "token") }, {}, place);
      gateway = await enrolled(at.headEnd, new FakeGateway("site-01"));
      other = await enrolled(at.headEnd, new FakeGateway("site-02"));
    });
    afterAll(() => at?.stop());
    beforeEach(() => at.headEnd.database.script("TRUNCATE meter_day, block, intraday, conflict, statement"));

    describe("a message that a gateway sends", () => {
      it("is stored once, and again acknowledged when it comes again", async () => {
        const [day, interval] = [
          gateway.steadyDay("2026-11-24", 100, 3),
          gateway.interval("2026-11-25T00:00Z", 244, 250),
        ];
        const [site, loss] = [gateway.site(), gateway.loss()];
        const all = [day, interval, site, loss].map((body) => gateway.message(body));
        expect(await take(...all)).toEqual(["stored", "stored", "stored", "stored"]);
        expect(await take(...all, ...all)).toEqual(Array(8).fill("stored"));
        expect([await rows("meter_day"), await rows("block"), await rows("intraday")]).toEqual([1, 1, 1]);
        expect([await rows("statement"), await rows("conflict")]).toEqual([2, 0]);
      });

      it("is taken whatever way its JSON is written, and stored with its seal", async () => {
        const day = gateway.steadyDay("2026-11-24", 100, 3);
        const message = JSON.parse(gateway.message(day).toString());
        const { body, ...rest } = message;
        expect(await take(Buffer.from(JSON.stringify({ ...rest, body }, undefined, 2)))).toEqual(["stored"]);
        const stored = await at.headEnd.database.query<{ signature: Uint8Array }>("SELECT signature FROM meter_day");
        expect(Buffer.from(stored.rows[0]?.signature ?? []).toString("hex")).toBe(message.seal.signature);
      });

      it("can be made again from what is stored, years later, and its seal checked", async () => {
        const counts = [...Array(49).keys()]
          .map((slot) => (slot === 0 || (slot > 19 && slot < 23) ? null : 999_980 + slot))
          .map(turned);
        const sent = gateway.day("2026-11-24", counts);
        expect(await take(gateway.message(sent))).toEqual(["stored"]);
        const { database } = at.headEnd;
        const { key } = (await findMeter(database, gateway.meter)) as { key: number };
        const { delivery, channels } = (await readDay(database, key, "2026-11-24")) as MeterDay;
        const body = {
          ...sent,
          epoch: delivery.epoch,
          seq: delivery.seq,
          channels: Object.fromEntries(channels.map(signed)),
        };
        expect(body).toEqual(sent);
        expect(await checkBody(nodeDigest, nodeVerifier(), gateway.signer.publicKey, "day", body, delivery)).toBe(true);
      });

      it("takes no other message with it when it is refused", async () => {
        const good = gateway.message(gateway.steadyDay("2026-11-24", 100, 3));
        const bad = gateway.message(gateway.steadyDay("2026-11-24", 1, 1));
        expect(await take(good, bad, gateway.message(gateway.steadyDay("2026-11-23", 1, 1)))).toEqual([
          "stored",
          "refused HEADEND_CONFLICT",
          "stored",
        ]);
        expect([await rows("meter_day"), await rows("conflict")]).toEqual([2, 1]);
      });

      it("may come before its site's statement, which then names its meter", async () => {
        const early = await enrolled(at.headEnd, new FakeGateway("site-09"));
        const send = (payload: Buffer) => at.headEnd.ingest.take([{ gateway: "site-09", payload }]);
        expect(words(await send(early.message(early.steadyDay("2026-11-24", 0, 1))))).toEqual(["stored"]);
        expect(words(await send(early.message(early.site())))).toEqual(["stored"]);
        const { rows } = await at.headEnd.database.query("SELECT site, role FROM meter WHERE id = 'site-09-grid'");
        expect(rows).toEqual([{ site: "site-09", role: "grid" }]);
      });
    });

    describe("a message that is not good", () => {
      const day = (more: Partial<DayBody> = {}) => ({ ...gateway.steadyDay("2026-11-24", 100, 3), ...more });
      const broken = (change: (channel: DayBody["channels"]["import"] & object) => object) => {
        const body = day();
        const channel = body.channels.import as object as DayBody["channels"]["import"] & object;
        return { ...body, channels: { import: { ...channel, ...change(channel) } } } as DayBody;
      };

      const refused: readonly (readonly [string, () => Buffer, string])[] = [
        ["has an unknown key", () => gateway.message({ ...day(), extra: 1 } as never, "day"), "HEADEND_MESSAGE"],
        [
          "has too few boundaries",
          () => gateway.message(broken(({ counts }) => ({ counts: counts.slice(1) }))),
          "HEADEND_MESSAGE",
        ],
        [
          "has a count without a delay",
          () => gateway.message(broken(() => ({ delays_ms: Array(49).fill(null) }))),
          "HEADEND_MESSAGE",
        ],
        [
          "counts beyond its register's digits",
          () => gateway.message(broken(() => ({ digits: 4, counts: Array(49).fill(10_000) }))),
          "HEADEND_MESSAGE",
        ],
        [
          "grows more than can be",
          () => gateway.message(broken(() => ({ digits: 15, counts: [0, ...Array(48).fill(900_000_000_000)] }))),
          "HEADEND_MESSAGE",
        ],
        [
          "has Wh on a varh channel",
          () => gateway.message({ ...day(), channels: { "reactive-import": day().channels.import! } }),
          "HEADEND_MESSAGE",
        ],
        ["is of a day that is none", () => gateway.message(day({ day: "2026-02-30" })), "HEADEND_MESSAGE"],
        ["is of a day of a broken clock", () => gateway.message(day({ day: "1970-01-01" })), "HEADEND_DAY"],
        ["names another gateway", () => gateway.message(day({ gateway: "site-02" })), "HEADEND_MESSAGE"],
        ["names another gateway's meter", () => gateway.message(day({ meter: other.meter })), "HEADEND_METER_TAKEN"],
        ["is sealed by another key", () => withSealOf(other, day()), "HEADEND_SEAL"],
        ["is sealed for another purpose", () => gateway.message(day(), "loss"), "HEADEND_SEAL"],
        [
          "has no seal",
          () => bytes({ ...JSON.parse(gateway.message(day()).toString()), seal: undefined }),
          "HEADEND_SEAL",
        ],
      ];

      it.each(refused)("is refused to its gateway where it %s", async (_, make, code) => {
        await at.headEnd.ingest.take([{ gateway: "site-02", payload: other.message(other.site()) }]);
        expect(await take(make())).toEqual([`refused ${code}`]);
        expect([await rows("meter_day"), await rows("block"), await rows("conflict")]).toEqual([0, 0, 0]);
      });

      const dropped: readonly (readonly [string, () => Buffer, string])[] = [
        ["is not JSON", () => Buffer.from("{"), "HEADEND_MESSAGE"],
        ["is too large", () => Buffer.alloc(70_000, " "), "HEADEND_MESSAGE"],
        [
          "has another MAC",
          () => bytes({ ...JSON.parse(gateway.message(day()).toString()), mac: "0".repeat(64) }),
          "HEADEND_MAC",
        ],
        ["was MACed by another gateway", () => other.message(day()), "HEADEND_MAC"],
        [
          "was changed on the way",
          () => Buffer.from(gateway.message(day()).toString().replace("2026-11-24", "2026-11-23")),
          "HEADEND_MAC",
        ],
        [
          "has a fraction",
          () => Buffer.from(gateway.message(day()).toString().replace("[100,", "[100.5,")),
          "HEADEND_MESSAGE",
        ],
      ];

      it.each(dropped)("is dropped and told to nobody where it %s", async (_, make, code) => {
        expect(await take(make())).toEqual([`dropped ${code}`]);
        expect(await rows("meter_day")).toBe(0);
      });

      it("is dropped where its gateway never enrolled", async () => {
        const stranger = new FakeGateway("site-77");
        const payload = stranger.message(stranger.steadyDay("2026-11-24", 1, 1));
        expect(words(await at.headEnd.ingest.take([{ gateway: "site-77", payload }]))).toEqual(["dropped HEADEND_MAC"]);
      });

      it("is refused where it names another gateway's site", async () => {
        await at.headEnd.ingest.take([{ gateway: "site-02", payload: other.message(other.site()) }]);
        expect(await take(gateway.message({ ...gateway.site({ id: "site-02" }) }))).toEqual([
          "refused HEADEND_METER_TAKEN",
        ]);
      });
    });
  });
});

/** A register of six digits that passes zero. */
const turned = (count: number | null) => (count === null ? null : count % 1_000_000);

function signed({ channel, unit, perCount, digits, step, counts, delays, breaks }: MeterDay["channels"][number]) {
  return [channel, { unit, per_count: perCount, digits, step, counts, delays_ms: delays, breaks }] as const;
}

function withSealOf(sealer: FakeGateway, body: DayBody): Buffer {
  const { seal } = JSON.parse(sealer.message(body).toString());
  return bytes({ ...JSON.parse(gateway.message(body).toString()), seal });
}

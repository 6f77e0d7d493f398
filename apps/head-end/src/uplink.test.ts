import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@csj/runtime/fake";
import { type Place, pglitePlace, postgresBin, postgresPlace } from "@csj/store/test";
import { topics } from "@csj/uplink";
import mqtt from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FakeGateway } from "./test/fake-gateway.ts";
import { type Running, running } from "./test/head-end.ts";
import { MqttGateway } from "./test/mqtt-gateway.ts";

const ci = process.env.CI === "true";
const hasMosquitto = ci || spawnSync("mosquitto", ["-h"]).error === undefined;

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe("a gateway on the embedded broker", () => {
  let at: Running;
  beforeAll(async () => {
    at = await running({ enrolment: { codes: ["first-code", "other-code"] } });
  });
  afterAll(() => at.stop());

  it("is welcomed, acknowledged, refused and seen", async () => {
    const gateway = new FakeGateway("site-01");
    const line = connect(at.headEnd.broker, gateway, "first-code");
    await line.until(() => line.kinds().includes("welcome"));
    line.keep(gateway.steadyDay("2026-11-24", 0, 1));
    line.keep(gateway.steadyDay("2026-11-25", 48, 1));
    await line.until(() => line.waiting.size === 0);
    line.publish(topics.up("site-01"), gateway.message(gateway.steadyDay("2026-11-24", 7, 7)), 1);
    await line.until(() => line.kinds().includes("refusal"));
    expect(line.received.at(-1)).toMatchObject({ code: "HEADEND_CONFLICT", epoch: 1_790_000_000, seq: 3 });

    const seen = new Promise((resolve) => at.headEnd.board.listen(resolve));
    line.publish(topics.live("site-01"), gateway.live({ grid_w: 321 }), 0);
    expect(await seen).toMatchObject({ site: "site-01", grid_w: 321 });
    await at.headEnd.ingest.take([{ gateway: "site-01", payload: gateway.message(gateway.site()) }]);
    const site = async () => (await at.headEnd.api.inject({ url: "/api/v1/sites/site-01" })).json();
    expect((await site()).online).toBe(true);
  });

  it("is asked for days again by whoever has the token", async () => {
    const gateway = new FakeGateway("site-02");
    const line = connect(at.headEnd.broker, gateway, "other-code");
    await line.until(() => line.kinds().includes("welcome"));
    const asked = await at.headEnd.api.inject({
      method: "POST",
      url: "/api/v1/gateways/site-02/resend",
      headers: { authorization: `Bearer ${at.headEnd.token}` },
      payload: { from_day: "2026-11-01", to_day: "2026-11-03" },
    });
    expect(asked.statusCode).toBe(202);
    await line.until(() => line.kinds().includes("resend"));
    expect(line.received.at(-1)).toEqual({
      kind: "resend",
      gateway: "site-02",
      from_day: "2026-11-01",
      to_day: "2026-11-03",
    });
  });

  it("is not shown a picture of its site that another gateway sends", async () => {
    const thief = new FakeGateway("site-03");
    await at.headEnd.enrolment.addCode("thief-code");
    const line = connect(at.headEnd.broker, thief, "thief-code");
    await line.until(() => line.kinds().includes("welcome"));
    const seen = new Promise((resolve) => at.headEnd.board.listen(resolve));
    line.publish(topics.live("site-03"), thief.live({ site: "site-01", grid_w: 9 }), 0);
    line.publish(topics.live("site-03"), thief.live({ site: "site-03", grid_w: 10 }), 0);
    expect(await seen).toMatchObject({ site: "site-03" });
  });

  it("cannot speak for the head-end, nor take a share of what others say", async () => {
    const client = await mqtt.connectAsync(at.headEnd.broker, { protocolVersion: 4, reconnectPeriod: 0 });
    closing.push(() => client.endAsync(true));
    const granted = await client.subscribeAsync("$share/group/csj/v1/+/up/data").catch(() => [{ qos: 128 }]);
    expect(granted.map(({ qos }) => qos)).toEqual([128]);
    const cut = new Promise((resolve) => client.once("close", () => resolve("cut off")));
    client.publish(topics.down("site-01"), "{}", { qos: 1 });
    expect(await cut).toBe("cut off");
  });

  it("finds one head-end there: a second one is refused the folder, and then the port", async () => {
    await expect(running({ database: at.place.address })).rejects.toMatchObject({ code: "RUNTIME_FOLDER_IN_USE" });
    const port = Number(new URL(at.headEnd.broker).port);
    await expect(running({ broker_port: port })).rejects.toMatchObject({ code: "HEADEND_PORT_IN_USE" });
    const http = { port: Number(new URL(at.headEnd.url).port) };
    await expect(running({ http })).rejects.toMatchObject({ code: "HEADEND_PORT_IN_USE" });
  });
});

describe.skipIf(!hasMosquitto)(`a broker elsewhere${hasMosquitto ? "" : " (needs mosquitto)"}`, () => {
  it("is served by one head-end with a database of its own, and by the next when that one is gone", async () => {
    const broker = await mosquitto();
    const first = await running({ broker });
    await expect(running({ broker })).rejects.toMatchObject({ code: "HEADEND_NOT_ALONE" });
    await first.stop();
    const second = await running({ broker, enrolment: { codes: ["mosquitto-code"] } });
    closing.push(() => second.stop());
    const gateway = new FakeGateway("site-01");
    const line = connect(broker, gateway, "mosquitto-code");
    await line.until(() => line.kinds().includes("welcome"));
    line.keep(gateway.steadyDay("2026-11-24", 0, 1));
    await line.until(() => line.waiting.size === 0);
  });

  it("that is not there is named", async () => {
    await expect(running({ broker: "mqtt://127.0.0.1:1" })).rejects.toMatchObject({ code: "HEADEND_BROKER" });
  });

  const shared = ci || postgresBin !== undefined;
  it.skipIf(!shared)(`is shared by two head-ends on one PostgreSQL${shared ? "" : " (no server here)"}`, async () => {
    const broker = await mosquitto();
    const place = await postgresPlace();
    closing.push(() => place.remove());
    const config = { broker, database: place.address, token_file: tokenFile() };
    const [one, two] = [await running({ ...config, enrolment: { codes: ["shared-code"] } }), await running(config)];
    closing.push(
      () => one.stop(),
      () => two.stop(),
    );
    const gateway = new FakeGateway("site-01");
    const line = connect(broker, gateway, "shared-code");
    await line.until(() => line.kinds().includes("welcome"));
    for (let day = 1; day <= 20; day += 1)
      line.keep(gateway.steadyDay(`2026-11-${String(day).padStart(2, "0")}`, day * 48, 1));
    await line.until(() => line.waiting.size === 0);
    const { rows } = await two.headEnd.database.query("SELECT count(*)::int4 AS days FROM meter_day");
    expect(rows).toEqual([{ days: 20 }]);
    const taken = await Promise.all([one, two].map(({ headEnd }) => headEnd.api.inject({ url: "/metrics" })));
    const counts = taken.map(({ body }) =>
      Number(/messages_total\{kind="day",outcome="stored"\} (\d+)/.exec(body)?.[1] ?? 0),
    );
    expect(counts.reduce((all, count) => all + count, 0)).toBe(20);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    await one.stop();
    await expect(running({ broker })).rejects.toMatchObject({ code: "HEADEND_NOT_ALONE" });
  });
});

describe("a head-end that is killed while it takes days in", () => {
  const KILLS = 4;
  /** Each kill is followed by a start, which takes seconds on a busy machine. */
  const TIMEOUT_MS = 120_000;
  const DAYS = 60;
  const SEED = 7;

  it(
    `has each day once and none too few after ${KILLS} kill -9 (seed ${SEED})`,
    async () => {
      const random = seededRandom(SEED);
      const place: Place = await pglitePlace();
      closing.push(() => place.remove());
      const port = await freePort();
      let child = await headEndProcess(place.address, port);
      const gateway = new FakeGateway("site-01");
      const line = connect(`mqtt://127.0.0.1:${port}`, gateway, "enrolment-code");
      await line.until(() => line.kinds().includes("welcome"));
      const resending = setInterval(() => line.resend(), 200);
      closing.push(() => clearInterval(resending));
      for (let day = 0; day < DAYS; day += 1) {
        line.keep(gateway.steadyDay(new Date(Date.UTC(2026, 8, 1 + day)).toISOString().slice(0, 10), day * 480, 10));
        await pause(5);
        if (day % (DAYS / KILLS) !== 7) continue;
        await pause(random.next() * 150);
        await kill(child);
        child = await headEndProcess(place.address, port);
      }
      await line.until(() => line.waiting.size === 0);
      await kill(child);
      const { headEnd, stop } = await running({ database: place.address });
      closing.push(stop);
      const { rows } = await headEnd.database.query<{ total: number; days: number }>(
        "SELECT sum(value)::int8 AS total, count(DISTINCT day) AS days FROM block, unnest(values) AS value",
      );
      expect(rows).toEqual([{ total: DAYS * 48 * 100, days: DAYS }]);
      expect((await headEnd.database.query("SELECT * FROM conflict")).count).toBe(0);
    },
    TIMEOUT_MS,
  );
});

function connect(address: string, gateway: FakeGateway, code?: string): MqttGateway {
  const line = new MqttGateway(address, gateway, code);
  closing.push(() => line.close());
  return line;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Built code: a child process loads no TypeScript. */
async function headEndProcess(database: string, port: number): Promise<ChildProcess> {
  const script = new URL("../dist/test/head-end-process.js", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, database, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  closing.push(() => kill(child));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child;
}

function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

async function mosquitto(): Promise<string> {
  const port = await freePort();
  const folder = temporaryFolder();
  const file = join(folder, "mosquitto.conf");
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const child = spawn("mosquitto", ["-c", file], { stdio: "ignore" });
  closing.push(() => kill(child));
  const address = `mqtt://127.0.0.1:${port}`;
  for (let tries = 0; tries < 50; tries += 1) {
    const client = await mqtt
      .connectAsync(address, { protocolVersion: 4, reconnectPeriod: 0 }, false)
      .catch(() => undefined);
    if (client !== undefined) {
      await client.endAsync();
      return address;
    }
    await pause(50);
  }
  throw new Error("mosquitto did not start");
}

function tokenFile(): string {
  return join(temporaryFolder(), "token");
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "csj-head-end-"));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

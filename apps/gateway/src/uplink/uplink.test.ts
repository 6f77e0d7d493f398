import { Millis } from "@csj/quantity";
import { memoryLog } from "@csj/runtime/fake";
import type { DayBody, IntervalBody } from "@csj/uplink";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  HeadEndStore,
  type TestBroker,
  TestHeadEnd,
  type TestHeadEndOptions,
  testBroker,
  until,
} from "../test/head-end.ts";
import { type TestSite, type TestSiteOptions, testSite } from "../test/site.ts";
import { mqttConnector } from "./mqtt.ts";

let broker: TestBroker;
let store: HeadEndStore;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  broker = await testBroker();
  store = new HeadEndStore();
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await broker.close();
});

async function headEnd(options: TestHeadEndOptions = {}): Promise<TestHeadEnd> {
  const started = await TestHeadEnd.start(broker.url, store, options);
  closing.push(() => started.close());
  return started;
}

/** A site whose gateway is connected, at one cycle a minute. */
function connected(options: TestSiteOptions = {}): TestSite {
  const run = testSite(withUplink(options));
  closing.push(() => run.close());
  run.gateway.start();
  return run;
}

function withUplink(options: TestSiteOptions): TestSiteOptions {
  const log = options.deps?.log;
  const connect = mqttConnector({ broker: broker.url, log: log ?? { debug() {}, info() {}, warn() {}, error() {} } });
  const config = {
    cycle_ms: 60_000,
    head_end: { broker: broker.url, enrolment_code: "GOOD-CODE" },
    ...options.config,
  };
  return { ...options, config, deps: { ...options.deps, connect } };
}

async function minutes(run: TestSite, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) await run.cycle(60_000);
}

const nothingWaits = (run: TestSite) => () => run.gateway.outbox.waiting === 0;
const welcomed = (run: TestSite) =>
  until(() => run.log.lines.some(({ message }) => message === "welcomed by the head-end"), "a welcome");

test("the site, its closed intervals and the live picture arrive, sealed and chained, and nothing waits any more", async () => {
  await headEnd({ code: "GOOD-CODE" });
  const run = connected();
  await welcomed(run);
  await minutes(run, 95);
  await until(() => store.bodies("interval").length === 6, "three intervals of two meters");
  await until(nothingWaits(run), "all acknowledgements");
  await until(() => store.lives.length > 0, "a live picture");
  expect(store.bad).toEqual([]);
  const [site] = store.bodies("site");
  expect(site).toMatchObject({ site: { id: run.id, simulated: true }, seq: 1 });
  const grid = store
    .bodies("interval")
    .filter((body) => (body as IntervalBody).meter.endsWith("-grid")) as IntervalBody[];
  const sorted = grid.sort((a, b) => a.start_s - b.start_s);
  const channel = (body: IntervalBody) => (body.channels as Record<string, { open: number; close: number }>)["import"]!;
  for (let at = 1; at < sorted.length; at += 1) expect(channel(sorted[at]!).open).toBe(channel(sorted[at - 1]!).close);
});

/** 4,320 cycles, each on the disk. */
const MONTH_MAX_MS = 120_000;

test("a month without a head-end becomes day messages, and none of its intervals is sent one by one", {
  timeout: MONTH_MAX_MS,
}, async () => {
  const run = testSite({ config: { cycle_ms: 600_000 } });
  closing.push(() => run.close());
  for (let at = 0; at < 30 * 144; at += 1) await run.cycle(600_000);
  await headEnd();
  const { home } = run;
  await run.gateway.stop();
  const again = testSite(withUplink({ home, start: run.time.now() }));
  closing.push(() => again.close());
  again.gateway.start();
  await until(() => store.bodies("day").length === 60, "thirty days of two meters");
  await until(nothingWaits(again), "all acknowledgements");
  expect(store.bodies("interval").length).toBeLessThanOrEqual(2);
  expect(store.bad).toEqual([]);
  const days = new Set(store.bodies("day").map((body) => (body as DayBody).day));
  expect(days.size).toBe(30);
});

test("a broker that does not answer is named once, and the site goes on", async () => {
  const log = memoryLog();
  const gone = await testBroker();
  await gone.close();
  const connect = mqttConnector({ broker: gone.url, log });
  const run = testSite({ config: { cycle_ms: 60_000 }, deps: { connect } });
  closing.push(() => run.close());
  run.gateway.start();
  const said = () => log.lines.filter(({ fields }) => fields["code"] === "GATEWAY_BROKER");
  await until(() => said().length > 0, "a warning");
  expect(said()[0]?.message).toContain(gone.url);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(said()).toHaveLength(1);
  await minutes(run, 35);
  expect(run.gateway.live().limit_w).not.toBeNull();
});

test("a wrong code is refused, is said once, and keeps everything", async () => {
  await headEnd({ code: "OTHER-CODE" });
  const run = connected();
  await minutes(run, 35);
  await until(() => run.log.lines.some(({ fields }) => fields["code"] === "HEADEND_CODE"), "the refusal");
  for (let at = 0; at < 5; at += 1) await run.time.advance(Millis(30_000));
  expect(run.log.lines.filter(({ fields }) => fields["code"] === "HEADEND_CODE")).toHaveLength(1);
  expect(store.messages.size).toBe(0);
  expect(run.gateway.outbox.latestBoundary(`${run.id}-grid`)).toBeDefined();
});

test("what the head-end does not acknowledge is sent again, and is kept over a restart", async () => {
  let takes = false;
  await headEnd({ acknowledges: () => takes });
  const run = connected();
  await welcomed(run);
  await minutes(run, 65);
  await until(() => run.gateway.outbox.waiting >= 5, "messages that wait");
  const waiting = run.gateway.outbox.waiting;
  const again = await run.restart();
  closing.push(() => again.close());
  expect(again.gateway.outbox.waiting).toBe(waiting);
  again.gateway.start();
  await welcomed(again);
  takes = true;
  await until(() => {
    void again.time.advance(Millis(5_000));
    return again.gateway.outbox.waiting === 0;
  }, "the messages to go again");
  expect(store.bad).toEqual([]);
});

test("a broker and a head-end that go and come back lose nothing and double nothing", async () => {
  const run = connected();
  await minutes(run, 65);
  const first = await headEnd();
  await until(() => {
    void run.time.advance(Millis(1_000));
    return store.bodies("interval").length === 4;
  }, "the first intervals");
  await first.close();
  const { port } = broker;
  await broker.close();
  await minutes(run, 60);
  broker = await testBroker(port);
  await headEnd();
  await until(() => {
    void run.time.advance(Millis(1_000));
    return store.bodies("interval").length === 8;
  }, "the intervals of the outage");
  await until(nothingWaits(run), "all acknowledgements");
  const keys = store
    .bodies("interval")
    .map((body) => `${(body as IntervalBody).meter} ${(body as IntervalBody).start_s}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test("a head-end that forgot the gateway is greeted again, and gets everything", async () => {
  await headEnd({ code: "GOOD-CODE" });
  const run = connected();
  await welcomed(run);
  store.gateways.clear();
  await minutes(run, 65);
  await until(() => store.bad.length > 0, "a message that it does not know any more");
  await until(() => {
    void run.time.advance(Millis(5_000));
    return store.bodies("interval").length === 4 && run.gateway.outbox.waiting === 0;
  }, "the intervals");
});

test("a message that the head-end refuses for good is kept, and does not stop the others", async () => {
  await headEnd({ refuses: (body) => (body.kind === "interval" && body.seq === 2 ? "HEADEND_NO" : undefined) });
  const run = connected();
  await welcomed(run);
  await minutes(run, 65);
  await until(() => store.bodies("interval").length === 3, "the other intervals");
  await until(nothingWaits(run), "all answers");
  expect(run.log.lines.some(({ fields }) => fields["code"] === "HEADEND_NO")).toBe(true);
});

test("days that the head-end asks for again are sent again as the same bytes", async () => {
  const end = await headEnd();
  const run = connected();
  await welcomed(run);
  await minutes(run, 1_480);
  await until(() => store.bodies("day").length === 2, "a day of two meters");
  await until(nothingWaits(run), "all acknowledgements");
  const before = new Map(store.messages);
  for (const [key, { body }] of before) if (body.kind === "day") store.messages.delete(key);
  end.resend(run.id, "2026-06-21", "2026-06-21");
  await until(() => store.bodies("day").length === 2, "the days again");
  expect(store.messages).toEqual(before);
});

test("another head-end than the one that enrolled the gateway is not obeyed", async () => {
  const first = await headEnd();
  const run = connected();
  await welcomed(run);
  await first.close();
  const again = await run.restart();
  closing.push(() => again.close());
  store = new HeadEndStore();
  await headEnd();
  again.gateway.start();
  await until(
    () => again.log.lines.some(({ message }) => message.startsWith("GATEWAY_HEAD_END_CHANGED")),
    "the other head-end to be noticed",
  );
  expect(store.messages.size).toBe(0);
});

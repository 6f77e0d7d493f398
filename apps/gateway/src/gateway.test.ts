import { Instant, Millis } from "@csj/quantity";
import { dayStart, deriveDay } from "@csj/reading";
import { afterEach, expect, test } from "vitest";
import { START, type TestSite, type TestSiteOptions, testSite } from "./test/site.ts";

const open: TestSite[] = [];
const site = (...options: Parameters<typeof testSite>) => {
  const made = testSite(...options);
  open.push(made);
  return made;
};

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const MINUTE = 60_000;
const DAY_MINUTES = 1_440;

interface DayMessage {
  readonly meter: string;
  readonly day: string;
  readonly channels: Record<string, DayChannelMessage>;
}

interface DayChannelMessage {
  readonly unit: "Wh" | "varh";
  readonly per_count: number;
  readonly digits: number;
  readonly step: number;
  readonly counts: (number | null)[];
  readonly delays_ms: (number | null)[];
  readonly breaks: number[];
}

function dayMessages({ gateway, time, id }: TestSite): DayMessage[] {
  const meters = gateway.config.devices.map((device) => ({ id: device.id, interval: 1800 as const }));
  expect(id).toBeDefined();
  while (gateway.outbox.derive(meters, time.now())) {}
  return gateway.outbox
    .waitingMessages(0, 1_000)
    .filter(({ kind }) => kind === "day")
    .map(({ body }) => JSON.parse(body));
}

function values(channel: DayChannelMessage | undefined, day: string) {
  const { unit, per_count: perCount, digits, step, counts, delays_ms: delays, breaks } = channel!;
  return deriveDay({ interval: 1800, unit, perCount, digits, step, counts, delays, breaks }, dayStart(day));
}

async function checkDay(options: TestSiteOptions): Promise<void> {
  const run = site({ ...options, config: { cycle_ms: MINUTE } });
  const loads: number[] = [];
  for (let minute = 0; minute <= DAY_MINUTES + 31; minute += 1) {
    await run.cycle(minute === 0 ? 0 : MINUTE);
    if (minute % 30 === 0) loads.push(run.world.truth(run.id).loadWh);
  }
  const days = dayMessages(run).filter(({ day }) => day === "2026-06-21");
  const grid = days.find(({ meter }) => meter.endsWith("-grid"))!;
  const array = days.find(({ meter }) => !meter.endsWith("-grid"))!;
  const imported = values(grid.channels["import"], grid.day);
  const exported = values(grid.channels["export"], grid.day);
  const generated = values(array.channels["generation"], array.day);
  const step = [grid.channels["import"], grid.channels["export"], array.channels["generation"]]
    .map((channel) => channel!.step * channel!.per_count)
    .reduce((sum, each) => sum + each, 0);
  for (let slot = 0; slot < 48; slot += 1) {
    expect([imported, exported, generated].map(({ quality }) => quality[slot])).toEqual([0, 0, 0]);
    const home = imported.values[slot]! - exported.values[slot]! + generated.values[slot]!;
    // A meter shows what it counted up to a second ago, which at 10 kW is 3 Wh.
    expect(Math.abs(home - (loads[slot + 1]! - loads[slot]!)), `slot ${slot}`).toBeLessThan(1 + step + 3);
  }
  expect(run.gateway.live()).toMatchObject({ site: run.id, simulated: true, time_trusted: true });
}

test.each([0, 1, 2, 3, 4, 5])("over a simulated day import - export + generation is the load (site %i)", (index) =>
  checkDay({ index }),
);

const data = process.env["CSJ_TEST_DATA"];
test.skipIf(data === undefined)(
  "over a recorded day import - export + generation is the recorded load (needs CSJ_TEST_DATA)",
  async () => {
    for (const index of [0, 4, 9]) await checkDay({ index, data: `${data}/uk-homes-1min` });
  },
);

test("a sunny day is held at no export: what flows out is over within 15 s of each drop of the load", async () => {
  const run = site({ start: Instant(START + 10 * 3_600_000) });
  let over = 0;
  let longest = 0;
  let held = 0;
  for (let second = 0; second < 2 * 3600; second += 1) {
    await run.cycle(1_000);
    const { gridW, pvW, availableW } = run.world.truth(run.id);
    if (pvW < availableW - 50) held += 1;
    // The meter's error and the limit's step are no export that could be held.
    over = second > 60 && gridW < -30 ? over + 1 : 0;
    longest = Math.max(longest, over);
  }
  expect(held).toBeGreaterThan(600);
  expect(longest).toBeLessThanOrEqual(15);
});

test("a silent grid meter gives the safe limit, and no half-hour is invented", async () => {
  const run = site();
  for (let second = 0; second < 30; second += 1) await run.cycle(1_000);
  run.world.setFault(`${run.id}-grid`, "silent");
  for (let second = 0; second < 30; second += 1) await run.cycle(1_000);
  const live = run.gateway.live();
  expect(live.safe).toBe(true);
  expect(live.limit_w).toBe(0);
  expect(live.grid_w).toBeNull();
  expect(live.devices.find(({ role }) => role === "grid")?.error).toBe("MODBUS_TIMEOUT");
  run.world.setFault(`${run.id}-grid`, "none");
  for (let second = 0; second < 30; second += 1) await run.cycle(1_000);
  expect(run.gateway.live().grid_w).not.toBeNull();
});

test("an inverter that is silent is said not to take its limit, until it does", async () => {
  const run = site({ start: Instant(START + 11 * 3_600_000) });
  for (let second = 0; second < 30; second += 1) await run.cycle(1_000);
  expect(run.gateway.live().reason).not.toBe("limit-not-taken");
  run.world.setFault(`${run.id}-inverter`, "silent");
  for (let second = 0; second < 12; second += 1) await run.cycle(1_000);
  const live = run.gateway.live();
  expect(live).toMatchObject({ reason: "limit-not-taken", safe: false });
  expect(live.sentence).toMatch(/^The inverter does not take its limit: .* was not confirmed for \d+ s\.$/);
  run.world.setFault(`${run.id}-inverter`, "none");
  for (let second = 0; second < 15; second += 1) await run.cycle(1_000);
  expect(run.gateway.live().reason).not.toBe("limit-not-taken");
});

test.each([1, 2, 3])("an inverter that loses half of its answers is held all the same (seed %i)", async (seed) => {
  const run = site({ seed, start: Instant(START + 10 * 3_600_000) });
  const inverter = `${run.id}-inverter`;
  // From the start: the gateway has to get to know the inverter over this line as well.
  run.world.setFault(inverter, "noise");
  let over = 0;
  let untaken = 0;
  for (let second = 0; second < 1_800; second += 1) {
    await run.cycle(1_000);
    const { gridW } = run.world.truth(run.id);
    if (second > 120 && gridW < -30) over += 1;
    if (second > 120 && run.gateway.live().reason === "limit-not-taken") untaken += 1;
  }
  expect(run.gateway.ratedW).toBeGreaterThan(0);
  expect(over, `s of export of 1,680 s, ${untaken} s not taken`).toBeLessThan(170);
  expect(untaken).toBeLessThan(340);
});

test("without trusted time no half-hour is closed and the limit is still held; with it they are stamped", async () => {
  const run = site({ config: { cycle_ms: 10_000 } });
  run.time.setTrusted(false);
  for (let at = 0; at < 3_700; at += 10) await run.cycle(10_000);
  expect(run.gateway.live()).toMatchObject({ at: null, time_trusted: false });
  expect(run.gateway.live().limit_w).not.toBeNull();
  expect(run.gateway.outbox.latestBoundary(`${run.id}-grid`)).toBeUndefined();
  run.time.setTrusted(true);
  await run.cycle(10_000);
  expect(run.gateway.outbox.latestBoundary(`${run.id}-grid`)).toBe(START + 3_600_000);
});

test("a restart goes on from the outbox: every boundary is there, and the register is believed", async () => {
  const run = site({ config: { cycle_ms: 10_000 } });
  for (let at = 0; at < 1_750; at += 10) await run.cycle(10_000);
  const again = await run.restart();
  open.push(again);
  again.time.skip(Millis(20_000));
  for (let at = 0; at < 1_900; at += 10) await again.cycle(10_000);
  const day = again.gateway.outbox.latestRead(`${again.id}-grid`, "import");
  expect(again.gateway.outbox.latestBoundary(`${again.id}-grid`)).toBe(START + 3_600_000);
  expect(day?.series).toBe(0);
});

test("a second gateway on the same folder is refused by name", () => {
  const run = site();
  expect(() => testSite({ home: run.home })).toThrow(`Another process is running on ${run.home}.`);
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModbusBus } from "@csj/modbus";
import { profile } from "@csj/profiles";
import { Instant, Millis, seconds, Watts } from "@csj/quantity";
import { FakeTime, memoryLog } from "@csj/runtime/fake";
import { nodeDigest, nodeVerifier } from "@csj/runtime/node";
import { createWorld, type InverterSpec, memoryLinks, siteConfig, streetOf, type World } from "@csj/world";
import { afterEach, describe, expect, it } from "vitest";
import { checkConfig } from "../config/load.ts";
import type { GatewayConfig } from "../config/schema.ts";
import { openIdentity } from "../identity.ts";
import { Commissioning } from "./commissioning.ts";
import { verifyReport } from "./report/report.ts";
import type { Answers, CommissionRule, StepResult } from "./shapes.ts";

const plainRule: CommissionRule = {
  id: "soft",
  name: "Back within 15 s",
  backWithinMs: 15_000,
  toleranceW: 100,
  toleranceShare: 0.04,
  source: "a rule of this test",
  verified: false,
};

const NOON = Instant(Date.parse("2026-06-13T12:00:00Z"));

interface Walk {
  readonly commissioning: Commissioning;
  readonly world: World;
  readonly home: string;
  run(step: string, answers?: Answers, during?: (says: string | null) => void): Promise<StepResult>;
  again(): Commissioning;
  readonly config: GatewayConfig;
  load: number;
  sun: number;
}

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});

function walk(inverter: Partial<InverterSpec> = {}, rule: CommissionRule = plainRule): Walk {
  const street = streetOf(1, { seed: 1, exact: true });
  const [plain] = street.sites;
  const site = {
    ...plain!,
    loadShares: [1 / 3, 1 / 3, 1 / 3] as const,
    inverter: { ...plain!.inverter, rated: Watts(5_000), ...inverter },
  };
  const home = mkdtempSync(join(tmpdir(), "csj-commission-"));
  homes.push(home);
  const time = new FakeTime(NOON);
  const state = { load: 3_000, sun: 4_000 };
  const soon = (at: number) => Instant(at + 100);
  const world = createWorld({
    seed: 1,
    start: NOON,
    sites: [site],
    loads: () => (at) => ({ watts: Watts(state.load), until: soon(at) }),
    pv: () => (at) => ({ watts: Watts(state.sun), slope: 0, until: soon(at) }),
  });
  const config = checkConfig({ ...siteConfig(site, (id) => `tcp://${id}:502`) });
  const buses = new Map(
    config.buses.map((bus) => {
      const device = world.device(bus.address.slice("tcp://".length, -":502".length));
      const links = memoryLinks(device);
      return [bus.id, new ModbusBus({ links, framing: "tcp", clock: time, timers: time, timeout: 400 })];
    }),
  );
  const make = () =>
    new Commissioning({
      config,
      home,
      rule,
      clock: time,
      timers: time,
      log: memoryLog(),
      digest: nodeDigest,
      signer: openIdentity(home).signer,
      accessOf: (bus) => buses.get(bus.id)!,
      profileOf: (id) => profile(id),
    });
  const commissioning = make();
  return {
    commissioning,
    world,
    home,
    again: make,
    config,
    get load() {
      return state.load;
    },
    set load(watts) {
      state.load = watts;
    },
    get sun() {
      return state.sun;
    },
    set sun(watts) {
      state.sun = watts;
    },
    run: async (step, answers = {}, during) => {
      let over = false;
      const done = commissioning.run(step, answers).finally(() => {
        over = true;
      });
      for (let ticks = 0; !over && ticks < 40_000; ticks += 1) {
        await time.advance(Millis(50));
        world.advance(time.now());
        during?.(commissioning.view().says);
      }
      return done;
    },
  };
}

const grid = "site-01-grid";
const inverter = "site-01-inverter";

/** The whole walk, with the load switched on when the installer is asked. */
async function whole(site: Walk, answers: Answers = {}): Promise<void> {
  const all = { may_export: true, ...answers };
  await site.run("scan");
  await site.run("load-step", { load_w: 2_000, phase: "all" }, (says) => {
    if (says?.startsWith("Switch the load") === true) site.load = 5_000;
  });
  await site.run(`limit-step:${inverter}`, all);
  await site.run("ct");
  await site.run(`fail-safe:${grid}`, all);
  await site.run(`fail-safe:${inverter}`, all);
  await site.run("preview");
  await site.run("verdict");
}

const resultOf = (site: Walk, step: string) => site.commissioning.view().steps.find(({ id }) => id === step)?.result;

describe("a commissioning", () => {
  it("finds what the simulated inverter is made of, and lets a quick 704 hold without a relay once the operator accepted what it may ignore", async () => {
    const site = walk(
      { deadTime: seconds(1), response: { kind: "first-order", tau: seconds(2) } },
      { ...plainRule, backWithinMs: 30_000, disobedience: "accepted" },
    );
    await whole(site);
    const found = resultOf(site, `limit-step:${inverter}`)?.data["identified"] as {
      kind: string;
      deadTime: { value: number };
      time: { value: number };
    };
    expect(found.kind).toBe("first-order");
    expect(Math.abs(found.deadTime.value - 1_000)).toBeLessThan(600);
    expect(Math.abs(found.time.value - 2_000)).toBeLessThan(400);
    const states = site.commissioning.view().steps.map(({ id, state, result }) => `${id} ${state} ${result?.summary}`);
    expect(resultOf(site, "verdict")?.data["answer"], states.join("\n")).toBe("needs-relay");
    expect(resultOf(site, "verdict")?.summary).toContain("when it ignores its limit");
    const accepted = await site.run("verdict", { accept_exposure: true });
    expect(accepted).toMatchObject({ state: "passed", data: { answer: "yes-with-exposure" } });
    expect(accepted.findings.find(({ name }) => name.includes("ignores its limit"))?.value).toBe("5,000 W");
    expect(resultOf(site, "ct")?.data).toMatchObject({ verdict: "right" });
    expect(resultOf(site, `fail-safe:${inverter}`)?.data).toMatchObject({ act: "falls" });
  });

  it("demands a relay where model 123 only releases, and says so in the report", async () => {
    const site = walk({ control: "123" });
    await whole(site);
    expect(resultOf(site, `fail-safe:${inverter}`)?.data).toMatchObject({ act: "keeps" });
    expect(resultOf(site, "verdict")).toMatchObject({ data: { answer: "needs-relay" } });
    expect(resultOf(site, "verdict")?.summary).toContain("Nothing brings");
  });

  it("fails a step after which an inverter does not take its safe limit, and says so in the verdict", async () => {
    const site = walk();
    await site.run(`limit-step:${inverter}`, { may_export: true });
    const silence = await site.run(`fail-safe:${inverter}`, { may_export: true }, (says) => {
      if (says?.startsWith("Nobody talks") === true) site.world.setFault(inverter, "refuses");
    });
    expect(silence).toMatchObject({ state: "failed", data: { untaken: [inverter] } });
    site.world.setFault(inverter, "none");
    expect((await site.run("verdict")).summary).toContain(`the silence towards ${inverter}`);
  });

  it("refuses an unmeasured source", async () => {
    const site = walk();
    await site.run("scan", { unmeasured: true });
    await site.run(`limit-step:${inverter}`, { may_export: true });
    await site.run("verdict");
    expect(resultOf(site, "verdict")?.data["answer"]).toBe("no");
  });

  it("refuses a rule that is not made for so low a limit", async () => {
    const site = walk({}, { ...plainRule, lowestShare: 0.6 });
    await site.run(`limit-step:${inverter}`, { may_export: true });
    const verdict = await site.run("verdict");
    expect(verdict.data["answer"]).toBe("no");
    expect(verdict.summary).toContain("covers no limit below 3,000 W");
  });

  it("finds a CT that is turned round", async () => {
    const site = walk();
    site.world.setFault(grid, "ct-reversed");
    await site.run("load-step", { load_w: 2_000, phase: "all" }, (says) => {
      if (says?.startsWith("Switch the load") === true) site.load = 5_000;
    });
    expect(resultOf(site, "load-step")).toMatchObject({ state: "failed" });
    const ct = await site.run("ct");
    expect(ct).toMatchObject({ state: "failed", data: { verdict: "turned-round" } });
  });

  it("says that there is too little sun, and that the home uses too little to cut without export", async () => {
    const dull = walk();
    dull.sun = 200;
    expect((await dull.run(`limit-step:${inverter}`, { may_export: true })).summary).toContain("more sun");
    const idle = walk();
    idle.load = 300;
    expect((await idle.run(`limit-step:${inverter}`)).summary).toContain("Switch loads on");
  });

  it("exports nothing in a limit step that may not export", async () => {
    const site = walk();
    let lowest = Number.POSITIVE_INFINITY;
    let held = false;
    const result = await site.run(`limit-step:${inverter}`, {}, (says) => {
      if (says?.includes("inverter is let up") === true) held = true;
      if (held) lowest = Math.min(lowest, site.world.truth("site-01").gridW);
    });
    expect(result.state).toBe("passed");
    expect(lowest).toBeGreaterThan(-50);
  });

  describe("asked to pull a cable", () => {
    const steps = [
      [`fail-safe:${grid}`, grid],
      [`fail-safe:${inverter}`, inverter],
    ] as const;

    /** Follows what is said: pulls, and plugs in again where the installer does. */
    async function pulled(step: string, device: string, { pulls, plugs }: { pulls: boolean; plugs: boolean }) {
      const site = walk();
      await site.run(`limit-step:${inverter}`, { may_export: true });
      const result = await site.run(step, { may_export: true, pull: true }, (says) => {
        if (pulls && says?.startsWith("Pull the data cable") === true) site.world.setFault(device, "cut");
        if (plugs && says?.startsWith("Plug ") === true) site.world.setFault(device, "none");
      });
      return { site, result };
    }

    it.each(steps)("%s sees it gone and back", async (step, device) => {
      const { result } = await pulled(step, device, { pulls: true, plugs: true });
      expect(result.findings).toContainEqual(expect.objectContaining({ name: "Pulled cable noticed", ok: true }));
      expect(result.findings).toContainEqual(
        expect.objectContaining({ name: "Answers again when plugged in", ok: true }),
      );
      expect(result).toMatchObject({ state: "passed", data: { pulled: true } });
    });

    it.each(steps)("%s fails where it was never pulled, whatever was answered before", async (step, device) => {
      const { result } = await pulled(step, device, { pulls: false, plugs: false });
      expect(result.findings).toContainEqual(
        expect.objectContaining({ name: "Pulled cable noticed", value: "no", ok: false }),
      );
      expect(result.state).toBe("failed");
    });

    it.each(steps)("%s fails where nobody plugs it in again, and the verdict stays open", async (step, device) => {
      const { site, result } = await pulled(step, device, { pulls: true, plugs: false });
      expect(result.findings).toContainEqual(
        expect.objectContaining({ name: "Answers again when plugged in", ok: false }),
      );
      expect(result.state).toBe("failed");
      const verdict = await site.run("verdict", { accept_exposure: true });
      expect(verdict.data["answer"]).not.toMatch(/^yes/);
      expect(verdict.summary).toMatch(/Missing: the (loss of the grid meter|silence towards)/);
    });
  });

  it("goes on where it broke off, and holds the inverter after a step that was stopped", async () => {
    const site = walk();
    await site.run("scan");
    const stopped = await site.run(`limit-step:${inverter}`, { may_export: true }, (says) => {
      if (says?.startsWith("The limit goes") === true) site.commissioning.cancel();
    });
    expect(stopped.data).toMatchObject({ code: "GATEWAY_COMMISSION_CANCELLED" });
    expect(
      site
        .again()
        .view()
        .steps.find(({ id }) => id === "scan")?.state,
    ).toBe("passed");
  });

  it("makes a verdict anew after another measurement, and lets a stopped one change nothing", async () => {
    const site = walk();
    await site.run(`limit-step:${inverter}`, { may_export: true });
    await site.run("verdict");
    await site.run(`limit-step:${inverter}`, { may_export: true }, (says) => {
      if (says?.startsWith("The limit goes") === true) site.commissioning.cancel();
    });
    expect(resultOf(site, `limit-step:${inverter}`)).toMatchObject({ state: "passed" });
    expect(resultOf(site, "verdict")).not.toBeNull();
    await site.run("scan");
    expect(resultOf(site, "verdict")).toBeNull();
  });

  it("forgets what was found about another configuration", async () => {
    const site = walk();
    await site.run("scan");
    const { config } = site;
    config.export_limit = { allowed_w: 500 };
    expect(
      site
        .again()
        .view()
        .steps.every(({ state }) => state === "open"),
    ).toBe(true);
  });

  it("signs a report that anybody can check, and that no changed digit passes", async () => {
    const site = walk({ control: "123" });
    await site.run("scan");
    await site.run(`limit-step:${inverter}`, { may_export: true });
    const files = await site.commissioning.report();
    const report = JSON.parse(readFileSync(join(site.commissioning.folder, files.json), "utf8"));
    expect(await verifyReport(report, nodeDigest, nodeVerifier())).toBe(true);
    const forged = { ...report, body: { ...report.body, allowed_w: 1 } };
    expect(await verifyReport(forged, nodeDigest, nodeVerifier())).toBe(false);
    expect(readFileSync(join(site.commissioning.folder, files.html), "utf8")).toContain("<polyline");
    expect(readFileSync(join(site.commissioning.folder, files.pdf)).subarray(0, 5).toString()).toBe("%PDF-");
  });
});

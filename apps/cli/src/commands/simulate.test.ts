import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@csj/gateway";
import { parseBusAddress } from "@csj/modbus";
import { parseClockScale } from "@csj/runtime";
import type { default as modbusSerial } from "modbus-serial";
import { afterEach, describe, expect, it } from "vitest";
import { withBus } from "./bus.ts";
import { readOnce } from "./read.ts";
import { type SimulateOptions, type Started, start } from "./simulate.ts";

type ModbusRTU = InstanceType<(typeof modbusSerial)["default"]>;

const ModbusSerial = createRequire(import.meta.url)("modbus-serial") as { new (): ModbusRTU };

const PLANT = `
sites:
  - name: Scored
    allowed_export_w: 0
    phases: 3
    fuse_a: 40
    grid: {profile: sunspec-meter, model: 203, update_ms: 200, latency_ms: 5}
    inverters:
      - {control: "123", rated_w: 6000, dead_time_ms: 500, tau_ms: 1000, memory: volatile}
      - {control: "704", rated_w: 4000, dead_time_ms: 500, ramp_percent_per_s: 25}
    load: [{at_s: 0, load_w: 7000}, {at_s: 15, load_w: 2000}]
    sun_w: 9000
`;

const defaults: SimulateOptions = { sites: 1, seed: 1, host: "127.0.0.1", modbusPort: 0 };
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

async function started(options: Partial<SimulateOptions> = {}): Promise<Started> {
  const running = await start({ ...defaults, ...options });
  undo.push(() => running.simulation.stop());
  return running;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "csj-simulate-"));
  undo.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

describe("csj simulate", () => {
  it("serves each listed device where it says, readable through its profile", async () => {
    const { devices } = await started({ sites: 2 });
    expect(devices.map(({ id }) => id)).toEqual([
      "site-01-grid",
      "site-01-inverter",
      "site-02-grid",
      "site-02-inverter",
    ]);
    for (const device of devices) {
      const at = parseBusAddress(device.address);
      const reading = await withBus(at, 2000, (bus) => readOnce(bus, { at, profile: device.profile, timeout: 2000 }));
      const power = reading.quantities[device.role === "grid" ? "power" : "generation"];
      expect(power?.unit, device.id).toBe("W");
    }
  });

  it("writes a configuration for each site that its gateway accepts", async () => {
    const sites = folder();
    await started({ sites: 12, gatewayConfig: sites });
    expect(readdirSync(sites)).toHaveLength(12);
    for (const name of readdirSync(sites)) {
      const config = parseConfig(readFileSync(join(sites, name), "utf8"), name);
      expect(config.simulated).toBe(true);
      expect(config.devices.map(({ role }) => role)).toContain("inverter");
    }
  });

  it("writes what it served and what was true when it stops", async () => {
    const truth = join(folder(), "truth.jsonl");
    const { simulation } = await started({ truth });
    await simulation.stop();
    const lines = readFileSync(truth, "utf8").trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "");
    expect(last.devices["site-01-grid"].registers.import.count).toBeGreaterThan(0);
    expect(last.sites["site-01"].loadW).toBeGreaterThan(0);
  });

  it("refuses a device without a serial line, and a serial line at another speed", async () => {
    await expect(start({ ...defaults, device: "site-01-grid" })).rejects.toMatchObject({ code: "CLI_OPTION_INVALID" });
    const clock = { real: 0, simulated: 0, speed: 60 } as NonNullable<SimulateOptions["clock"]>;
    await expect(start({ ...defaults, serial: "/dev/null", clock })).rejects.toMatchObject({
      code: "WORLD_SERIAL_SPEED",
    });
  });

  it("scores a controller that shares nothing with this project", async () => {
    const at = folder();
    writeFileSync(join(at, "plant.yaml"), PLANT);
    const file = join(at, "score.json");
    const clock = parseClockScale(`${new Date().toISOString()}=2026-06-13T10:00:00Z@5`);
    const run = await started({ config: join(at, "plant.yaml"), score: file, seconds: 40, clock });
    const ports = run.devices.map(({ address }) => Number(address.split(":").at(-1)));
    const stop = await holdWith(ports);
    await run.ended;
    await stop();
    await run.simulation.stop();
    const score = JSON.parse(readFileSync(file, "utf8")).sites["site-01"];
    expect(score.seconds).toBe(40);
    expect(score.pv_available_wh).toBeCloseTo(100, 3);
    // Without anybody, 9 kW of sun over 2 kW of load would be over for 25 s and export 49 Wh and more.
    expect(score.exported_wh).toBeLessThan(40);
    expect(score.over_limit_s).toBeLessThan(20);
    expect(score.peak_w).toBeGreaterThan(1000);
  }, 30_000);

  it("scores what nobody controls as over for as long as the sun is over the load", async () => {
    const at = folder();
    writeFileSync(join(at, "plant.yaml"), PLANT);
    const file = join(at, "score.json");
    const clock = parseClockScale(`${new Date().toISOString()}=2026-06-13T10:00:00Z@60`);
    const run = await started({ config: join(at, "plant.yaml"), score: file, scoreAfter: 10, seconds: 40, clock });
    await run.ended;
    await run.simulation.stop();
    const score = JSON.parse(readFileSync(file, "utf8")).sites["site-01"];
    expect(score).toMatchObject({ seconds: 30, over_limit_s: 30, peak_w: 7000, pv_lost_wh: 0, pv_available_wh: 75 });
    expect(score.exported_wh).toBeCloseTo((5 * 2000 + 25 * 7000) / 3600, 3);
  });
});

/**
 * A plain loop over modbus-serial: what the site may generate is what the grid meter and the inverters say together, shared
 * by rating. Addresses are those of SunSpec maps at 40000 with model 1 of 66 registers; the meter's scale is 1 W up to 43 A.
 */
async function holdWith(ports: readonly number[]): Promise<() => Promise<void>> {
  const [meter, old, recent] = await Promise.all(ports.map(connect));
  if (meter === undefined || old === undefined || recent === undefined) throw new Error("three devices are needed");
  old.setID(1);
  recent.setID(2);
  const signed = ({ data }: { data: number[] }) => ((data[0] ?? 0) << 16) >> 16;
  let going = true;
  const loop = (async () => {
    while (going) {
      const grid = signed(await meter.readHoldingRegisters(40_088, 1));
      const pv =
        signed(await old.readHoldingRegisters(40_084, 1)) + signed(await recent.readHoldingRegisters(40_080, 1));
      const limit = Math.min(10_000, Math.max(0, grid + pv));
      const share = Math.floor((limit / 10_000) * 10_000);
      await old.writeRegisters(40_233, [share, 0, 0, 0, 1]);
      await recent.writeRegisters(40_291, [1, share, 0, 1, 0, 60]);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  return async () => {
    going = false;
    await loop.catch(() => undefined);
    for (const client of [meter, old, recent]) client.close(() => undefined);
  };
}

async function connect(port: number): Promise<ModbusRTU> {
  const client = new ModbusSerial();
  await client.connectTCP("127.0.0.1", { port });
  client.setID(1);
  client.setTimeout(1000);
  return client;
}

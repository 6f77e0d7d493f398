/** The profiles against the simulated devices, whose registers were written from the manuals by themselves. */
import { openLimiter, openMeter, scanUnits } from "@csj/device";
import { ModbusBus } from "@csj/modbus";
import { loadProfiles, profile } from "@csj/profiles";
import { type ChannelId, Instant, Millis, Watts } from "@csj/quantity";
import { FakeTime } from "@csj/runtime/fake";
import { createWorld, memoryLinks, streetOf, type WorldDevice } from "@csj/world";
import { describe, expect, it } from "vitest";

const SEED = 7;
const NOON = Instant(Date.parse("2026-06-15T11:30:00Z"));

function street() {
  const world = createWorld({ seed: SEED, start: NOON, ...streetOf(12, { seed: SEED }) });
  world.advance(Instant(NOON + 3_600_000));
  const time = new FakeTime(world.now);
  const bus = (device: WorldDevice) =>
    new ModbusBus({ links: memoryLinks(device), framing: "tcp", clock: time, timers: time });
  return { world, bus };
}

describe("every device of the simulated street", () => {
  it("is recognised by its profile", async () => {
    const { world, bus } = street();
    const profiles = [...loadProfiles().values()];
    const options = { units: [1, 2, 3, 4, 5], profiles, timeout: Millis(500), shared: false };
    for (const device of world.devices) {
      const found: unknown[] = [];
      for await (const result of scanUnits(bus(device), options)) {
        if (result.found !== undefined) found.push([result.unit, ...result.found.profiles]);
      }
      expect(found, device.id).toEqual([[device.unit, device.profile]]);
    }
  });

  it("is read as what the plant does, and its registers as it serves them", async () => {
    const { world, bus } = street();
    for (const device of world.devices) {
      const { role } = device;
      if (role === "battery" || role === "relay") continue;
      const truth = world.truth(device.site);
      const meter = openMeter(profile(device.profile), bus(device), device.unit, { id: device.id, role });
      const { values } = await meter.readPower();
      const [power, really] =
        device.role === "grid" ? [values.get("power"), truth.gridW] : [values.get("generation"), truth.pvW];
      // A meter shows tenths of a watt at best, watts or tens of watts at worst, and lags by up to a second.
      expect(Math.abs((power ?? Number.NaN) - really), `${device.id} ${power} W of ${really} W`).toBeLessThan(25);
      const { registers, unavailable } = await meter.readEnergy();
      expect([...registers.keys()].sort(), device.id).toEqual([...meter.channels].sort());
      expect(unavailable.size, device.id).toBe(0);
      const served = new Map(Object.entries(device.served()));
      for (const [channel, read] of registers) {
        const asked: ChannelId = device.role === "pv" ? "import" : channel;
        const register = served.get(channel) ?? served.get(asked);
        const wh = (register?.count ?? Number.NaN) * (register?.perCount ?? Number.NaN);
        const step = read.step * read.perCount;
        expect(Math.abs(read.count * read.perCount - wh), `${device.id} ${channel}`).toBeLessThan(step);
      }
    }
  });

  it("that is an inverter obeys its limit", async () => {
    const { world, bus } = street();
    for (const device of world.devices.filter(({ role }) => role === "inverter")) {
      const limiter = openLimiter(profile(device.profile), bus(device), device.unit, { id: device.id });
      const { rated } = await limiter.prepare();
      const written = await limiter.limitTo(Watts(rated * 0.1));
      expect(written, device.id).toBeLessThanOrEqual(rated * 0.1);
      world.advance(Instant(world.now + 9_000));
      expect(world.truth(device.site).ceilingW, device.id).toBeLessThanOrEqual(rated * 0.1 + 30);
    }
  });
});

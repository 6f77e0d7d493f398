import { openMeter, type Profile, WordsAccess } from "@csj/device";
import { profile } from "@csj/profiles";
import { Millis } from "@csj/quantity";
import { silentLog } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import type { MeteredDevice, SiteDevices } from "../devices.ts";
import { Health } from "../health.ts";
import { SiteReader } from "./readings.ts";

const METER: Profile = profile("eastron-sdm630");
const POWER_AT = 0x34;

interface Wired {
  readonly device: MeteredDevice;
  readonly words: WordsAccess;
  show(watts: number, at: number): void;
  silence(): void;
}

function wired(id: string, role: "grid" | "pv"): Wired {
  const words = new WordsAccess();
  let isSilent = false;
  const access = {
    read: (request: Parameters<WordsAccess["read"]>[0]) =>
      isSilent ? Promise.reject(new Error("silent")) : words.read(request),
    write: (request: Parameters<WordsAccess["write"]>[0]) => words.write(request),
  };
  const quantity = role === "grid" ? "power" : "generation";
  const device: MeteredDevice = {
    config: { id, bus: "bus", unit: 1, role: role === "grid" ? "grid" : "inverter", profile: METER.id },
    health: new Health(id, silentLog),
    meter: openMeter(METER, access, 1, { id, role, only: [quantity] }),
    quantity,
    energy: undefined,
  };
  const show = (watts: number, at: number) => {
    const bits = new DataView(new ArrayBuffer(4));
    bits.setFloat32(0, watts);
    words.set(4, POWER_AT, [bits.getUint16(0), bits.getUint16(2)]).at(at);
    isSilent = false;
  };
  return { device, words, show, silence: () => (isSilent = true) };
}

function site(inverters: number, withMeter = true) {
  const grid = wired("grid", "grid");
  const array = wired("array", "pv");
  const units = Array.from({ length: inverters }, (_, index) => wired(`inverter-${index}`, "pv"));
  const outputs = units.map(({ device }) => device);
  const devices = { grid: grid.device, pv: withMeter ? [array.device] : outputs, batteries: [], outputs };
  for (const one of [grid, array, ...units]) one.show(1000, 0);
  return { grid, array, units, devices: devices as unknown as SiteDevices };
}

const reads = (units: readonly Wired[]) => units.map(({ words }) => words.reads.length);

describe("what a cycle reads", () => {
  it("asks half of the inverters in each cycle where a meter sees the whole array, and the meters in every one", async () => {
    const { grid, array, units, devices } = site(6);
    const reader = new SiteReader({ site: devices, cycle: 1000 });
    await reader.read(Millis(0), true);
    for (let cycle = 1; cycle <= 10; cycle += 1) await reader.read(Millis(1000 * cycle), false);
    expect(reads(units)).toEqual([6, 6, 6, 6, 6, 6]);
    expect(reads([grid, array])).toEqual([11, 11]);
  });

  it("says of an output that was not asked for when it was measured", async () => {
    const { units, devices } = site(2);
    const reader = new SiteReader({ site: devices, cycle: 1000 });
    await reader.read(Millis(0), true);
    for (const unit of units) unit.show(400, 1000);
    const { outputs } = await reader.read(Millis(1000), false);
    const seen = [...outputs.values()].map(({ watts, at }) => [watts, at]);
    expect(seen).toContainEqual([1000, 0]);
    expect(seen).toContainEqual([400, 1000]);
  });

  it("lets no output stand for more than one cycle when its inverter has fallen silent", async () => {
    const { units, devices } = site(1);
    const reader = new SiteReader({ site: devices, cycle: 1000 });
    await reader.read(Millis(0), true);
    units[0]!.silence();
    const known: boolean[] = [];
    for (let cycle = 1; cycle <= 4; cycle += 1) {
      known.push((await reader.read(Millis(1000 * cycle), false)).outputs.has("inverter-0"));
    }
    expect(known.slice(1)).toEqual([false, false, false]);
  });

  it("asks every inverter in each cycle while something is wrong", async () => {
    const { units, devices } = site(3);
    const reader = new SiteReader({ site: devices, cycle: 1000 });
    for (let cycle = 0; cycle < 5; cycle += 1) await reader.read(Millis(1000 * cycle), true);
    expect(reads(units)).toEqual([5, 5, 5]);
  });

  it("asks every inverter in each cycle where their sum is what the array gives, and in cycles over a second", async () => {
    for (const [withMeter, cycle] of [
      [false, 1000],
      [true, 2000],
    ] as const) {
      const { units, devices } = site(2, withMeter);
      const reader = new SiteReader({ site: devices, cycle });
      for (let at = 0; at < 4; at += 1) await reader.read(Millis(cycle * at), false);
      expect(reads(units)).toEqual([4, 4]);
    }
  });
});

/**
 * The procedure of IEEE 1547.1 for each function of each profile, on records: held two of the minimum required accuracies
 * (MRA) before the level it must not trip; stepped across by as much it must, in time; five times. The other functions of
 * the profile are off meanwhile, as the procedure has it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { Check } from "typebox/value";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { CycleRecord, HalfCycleRecord } from "../cycle/record.ts";
import type { Layout } from "../frame/layout.ts";
import type { WindowRecord } from "../window/record.ts";
import { type ProtectedQuantity, type ProtectionFunction, ProtectionProfile } from "./profile.ts";
import { Protection, type ProtectionChange } from "./protection.ts";

const folder = new URL("../../protection/", import.meta.url);
const profiles = readdirSync(folder).map((file): [string, ProtectionProfile] => [
  file,
  parse(readFileSync(new URL(file, folder), "utf8")),
]);
const RATE = 8000;
const REPEATS = 5;
const mra: Record<ProtectedQuantity, number> = {
  volts: 0.01,
  "volts-10min": 0.01,
  hertz: 0.01,
  rocof: 0.1,
  thd: 0.005,
};
/** Seconds in which a mean over ten minutes follows a step of 2 MRA either side by half. */
const MEAN_S = 301;

interface Grid {
  volts: number;
  hertz: number;
  thd: number;
}

/** Mains whose records come as an engine gives them: halves, cycles, windows of ten cycles. */
class Mains {
  readonly changes: ProtectionChange[] = [];
  readonly protection: Protection;
  readonly grid: Grid;
  /** Hz/s */
  ramp = 0;
  seconds = 0;
  readonly #half = { rms: new Float64Array(8), locked: true } as HalfCycleRecord;
  readonly #cycle = { rms: new Float64Array(8), locked: true } as CycleRecord;
  readonly #window = { thd: new Float64Array(8) } as WindowRecord;
  #cycles = 0;

  constructor(profile: ProtectionProfile) {
    this.grid = { volts: 1, hertz: profile.nominal_hertz, thd: 0.02 };
    const layout: Layout = {
      rate: RATE,
      channels: ["u1", "i1"],
      wiring: "1p2w",
      nominalHertz: profile.nominal_hertz,
      nominalVolts: 230,
    };
    this.protection = new Protection(profile, layout, (change) => this.changes.push(change));
  }

  run(seconds: number, until: () => boolean = () => false): void {
    const end = this.seconds + seconds;
    while (this.seconds < end && !until()) this.#oneCycle();
  }

  #oneCycle(): void {
    const { volts, hertz, thd } = this.grid;
    const length = 1 / hertz;
    this.#half.rms[0] = volts * 230;
    this.#half.end = (this.seconds + length / 2) * RATE;
    this.protection.half(this.#half);
    this.seconds += length;
    this.grid.hertz += this.ramp * length;
    this.#half.end = this.seconds * RATE;
    this.protection.half(this.#half);
    this.#cycle.rms[0] = volts * 230;
    this.#cycle.seconds = length;
    this.#cycle.to = this.seconds * RATE;
    this.protection.cycle(this.#cycle);
    this.#cycles += 1;
    if (this.#cycles % 10 !== 0) return;
    this.#window.thd[0] = thd;
    this.#window.to = this.seconds * RATE;
    this.protection.window(this.#window);
  }
}

function set(mains: Mains, { quantity }: ProtectionFunction, value: number): void {
  if (quantity === "volts" || quantity === "volts-10min") mains.grid.volts = value;
  else if (quantity === "hertz") mains.grid.hertz = value;
  else if (quantity === "rocof") mains.ramp = value;
  else mains.grid.thd = value;
}

/** What a step needs beside the clearing time to show in a mean; the time of RoCoF counts from when it was measured. */
function slowness({ quantity }: ProtectionFunction): number {
  if (quantity === "volts-10min") return MEAN_S;
  if (quantity === "rocof") return 0.3;
  return quantity === "thd" ? 0.2 : 0;
}

const acted = (mains: Mains, { action }: ProtectionFunction) =>
  action === "throttle" ? mains.protection.outputs.throttle : mains.protection.outputs.disconnect;

function trial(profile: ProtectionProfile, one: ProtectionFunction): void {
  const mains = new Mains({ ...profile, functions: [one] });
  const away = (one.side === "over" ? -2 : 2) * mra[one.quantity];
  const clearing = one.clearing_s.value;
  const slack = Math.max(2 / profile.nominal_hertz, clearing > 5 ? clearing / 100 : 0);
  mains.run(2);
  set(mains, one, one.level.value + away);
  mains.run(one.quantity === "volts-10min" ? 650 : clearing + 2 * slack);
  expect(acted(mains, one), "held before the level").toBe(false);
  set(mains, one, one.level.value - away);
  const from = mains.seconds;
  mains.run(clearing + slowness(one) + slack, () => acted(mains, one));
  expect(acted(mains, one), "stepped across").toBe(true);
  expect(mains.seconds - from).toBeLessThanOrEqual(clearing + slowness(one));
  expect(mains.seconds - from, "and not at once").toBeGreaterThan(0.1 * clearing);
  const change = mains.changes.find(({ throttle, disconnect }) => throttle || disconnect);
  expect(change?.cause?.name).toBe(one.name);
}

describe.each(profiles)("the profile %s", (file, profile) => {
  it("keeps to the schema, under its own name, with a source for each number", () => {
    expect(Check(ProtectionProfile, profile)).toBe(true);
    expect(`${profile.id}.yaml`).toBe(file);
  });

  it("marks what was not read", () => {
    const isRead = profile.id.startsWith("ieee1547");
    for (const { level, clearing_s } of profile.functions)
      expect([level.verified, clearing_s.verified]).toEqual([isRead, isRead]);
    expect(profile.reconnect.wait_s.verified).toBe(false);
  });

  it.each(profile.functions.map((one): [string, ProtectionFunction] => [one.name, one]))(
    "holds %s before its level and acts across it, five times",
    (_name, one) => {
      for (let repeat = 0; repeat < (one.quantity === "volts-10min" ? 1 : REPEATS); repeat += 1) trial(profile, one);
    },
  );

  it("returns after its wait of good mains without a break, and not before", () => {
    const trip = profile.functions.find(({ action, quantity }) => action === "disconnect" && quantity === "volts");
    if (trip === undefined) return;
    const mains = new Mains(profile);
    set(mains, trip, trip.side === "over" ? trip.level.value + 0.05 : trip.level.value - 0.05);
    mains.run(trip.clearing_s.value);
    expect(mains.protection.outputs).toEqual({ throttle: false, disconnect: true, relay: "open" });
    const wait = profile.reconnect.wait_s.value;
    mains.grid.volts = 1;
    mains.run(wait - 1);
    expect(mains.protection.state).toBe("reconnect-wait");
    mains.grid.volts = profile.reconnect.volts.from.value - 0.02;
    mains.run(0.1);
    expect(mains.protection.state, "the wait begins anew").toBe("tripped");
    mains.grid.volts = 1;
    mains.run(wait - 1);
    expect(mains.protection.outputs.relay).toBe("open");
    mains.run(2);
    expect(mains.protection.outputs).toEqual({ throttle: false, disconnect: false, relay: "closed" });
  });
});

/**
 * A simulated meter: it counts energy with its own registers, gets new values at its update period, and shows them in its
 * make's register map, filled only when somebody reads. Instantaneous values are those of the moment of the update.
 */
import { type ChannelId, Instant, type Millis } from "@csj/quantity";
import { worldErrors } from "../errors.ts";
import { DEVICE_FAILURE, type FaultName, gainOf, LATE_BY, METER_RESTART, meterFaults } from "../faults.ts";
import type { Plant } from "../plant/plant.ts";
import { dieAt, seedOf } from "../seed.ts";
import type { MeterSpec, SiteSpec } from "../spec.ts";
import { Cadence } from "./cadence.ts";
import type { PlantDevice, ServedRegister } from "./device.ts";
import { nothingShown, type Shown, showMeter } from "./grid-values.ts";
import { ILLEGAL_ADDRESS, Image } from "./image.ts";
import { type MeterMake, makeOf } from "./makes.ts";
import { MeterRegisters, type MeterRegistersState, type Passed } from "./meter-registers.ts";
import { flowsOf, type MeterRole } from "./phases.ts";
import type { MeterPicture } from "./picture.ts";

interface MeterState {
  readonly at: number;
  readonly fault: FaultName;
  readonly restartsUntil: number;
  readonly shown: Shown;
  readonly registers: MeterRegistersState;
}

/** What a transformer that fell off still picks up, in W either way. */
const CT_OFF_NOISE_W = 2;
/** Values that wait to be shown: more than the latest that a late meter holds back at its fastest. */
const WAITING_MAX = 1_024;

export class SimulatedMeter implements PlantDevice {
  readonly id: string;
  readonly site: string;
  readonly role: MeterRole;
  readonly profile: string;
  readonly unit: number;
  readonly latency: Millis;
  readonly faults = meterFaults;
  readonly limitWrites = 0;
  readonly #spec: SiteSpec;
  readonly #plant: Plant;
  readonly #make: MeterMake;
  readonly #image: Image<MeterPicture>;
  readonly #cadence: Cadence;
  readonly #registers: MeterRegisters;
  #fault: FaultName = "none";
  #restartsUntil = 0;
  #shown: Shown = nothingShown;
  /** Of a late meter: what it measured and does not show yet. */
  #waiting: Shown[] = [];
  #filled = false;

  constructor(spec: SiteSpec, role: MeterRole, meter: MeterSpec, plant: Plant) {
    this.id = `${spec.id}-${role}`;
    this.site = spec.id;
    this.role = role;
    this.profile = meter.profile;
    this.unit = meter.unit;
    this.latency = meter.latency;
    this.#spec = spec;
    this.#plant = plant;
    this.#make = makeOf(spec, meter, this.id);
    this.#image = new Image(this.#make.areas);
    this.#cadence = new Cadence(meter.updatePeriod, seedOf(this.id) % meter.updatePeriod, plant.now);
    this.#registers = new MeterRegisters(this.#make.register, meter);
    this.latch(plant.now);
  }

  get plays(): string {
    const places = { grid: "the grid connection", pv: "the solar feeder", battery: "the battery" };
    return `${this.#make.name} at ${places[this.role]} of ${this.#spec.name}, counting in ${this.#make.resolution}.`;
  }

  get fault(): FaultName {
    return this.#restarting ? "restart" : this.#fault;
  }

  get answers(): boolean {
    return this.#fault !== "silent" && this.#fault !== "cut" && !this.#restarting;
  }

  get updatedAt(): Instant {
    return Instant(this.#shown.at);
  }

  get #restarting(): boolean {
    return this.#plant.now < this.#restartsUntil;
  }

  due(to: number): number | undefined {
    return this.#fault === "late" ? this.#cadence.next(to) : this.#cadence.due(to);
  }

  latch(now: number): void {
    this.#cadence.reach(now);
    if (this.#fault === "frozen") return;
    this.#registers.count(this.#passed(), gainOf(this.#fault));
    const { importWh, exportWh, varh } = this.#registers;
    // One shape for all, made a few times a simulated second.
    const { watts, loadW, flows, gain, noise } = this.#fault === "frozen-power" ? this.#shown : this.#power(now);
    this.#show({ at: now, watts, loadW, flows, gain, noise, importWh, exportWh, varh });
  }

  setFault(fault: FaultName, now: number): void {
    if (!meterFaults.includes(fault)) throw worldErrors.WORLD_FAULT_REFUSED(`${this.id} has no fault ${fault}.`);
    this.#restartsUntil = fault === "restart" ? now + METER_RESTART : 0;
    this.#fault = fault === "restart" ? "none" : fault;
    this.#waiting = [];
    this.#filled = false;
  }

  readHolding(address: number, count: number): Uint16Array | number {
    return this.#read("holding", address, count);
  }

  readInput(address: number, count: number): Uint16Array | number {
    return this.#read("input", address, count);
  }

  writeHolding(): number {
    return ILLEGAL_ADDRESS;
  }

  served(): Partial<Record<ChannelId, ServedRegister>> {
    const { importWh, exportWh } = this.#shown;
    const register = (wh: number): ServedRegister => ({ unit: "Wh", ...this.#make.served(wh) });
    return this.role === "pv"
      ? { generation: register(importWh) }
      : { import: register(importWh), export: register(exportWh) };
  }

  save(): MeterState {
    return {
      at: this.#cadence.at,
      fault: this.#fault,
      restartsUntil: this.#restartsUntil,
      shown: this.#shown,
      registers: this.#registers.save(),
    };
  }

  restore(saved: unknown): void {
    const state = saved as MeterState;
    this.#cadence.reach(state.at);
    this.#fault = state.fault;
    this.#restartsUntil = state.restartsUntil;
    this.#shown = state.shown;
    this.#waiting = [];
    this.#filled = false;
    this.#registers.restore(state.registers);
  }

  #read(space: "holding" | "input", address: number, count: number): Uint16Array | number {
    if (this.#fault === "exception") return DEVICE_FAILURE;
    if (!this.#filled) {
      const shown = this.#fault === "nan" ? unavailable(this.#shown) : this.#shown;
      this.#image.fill(showMeter(this.#spec, shown, this.role, this.#fault === "wrong-phase"));
      this.#filled = true;
    }
    return this.#image.read(space, address, count);
  }

  #show(measured: Shown): void {
    if (this.#fault === "late") {
      this.#waiting = [...this.#waiting, measured].slice(-WAITING_MAX);
      while (this.#waiting[0] !== undefined && this.#waiting[0].at <= measured.at - LATE_BY) {
        this.#shown = this.#waiting.shift() as Shown;
      }
    } else {
      this.#shown = measured;
    }
    this.#filled = false;
  }

  #power(now: number): Pick<Shown, "watts" | "flows" | "gain" | "noise" | "loadW"> {
    const flows = flowsOf(this.#plant);
    const gain = gainOf(this.#fault);
    const noise = gain === 0 ? CT_OFF_NOISE_W * (2 * dieAt(seedOf(this.id, "ct"), Math.round(now)) - 1) : 0;
    const seen = this.role === "grid" ? this.#plant.gridW : this.role === "pv" ? flows.pvW : flows.batteryW;
    const loadW = this.role === "grid" ? gain * flows.loadW : 0;
    return { watts: gain * seen + noise, loadW, flows, gain, noise };
  }

  /** What went through it since the world began; what the array or the battery gives is wired to count as import. */
  #passed(): Passed {
    const { importWh, exportWh, loadWh, generationWh, dischargedWh, chargedWh } = this.#plant.energies;
    if (this.role === "grid") return { importWh, exportWh, varh: loadWh * this.#spec.reactiveShare };
    if (this.role === "battery") return { importWh: dischargedWh, exportWh: chargedWh, varh: 0 };
    return { importWh: generationWh, exportWh: 0, varh: 0 };
  }
}

/** Its energy registers go on; what it measures now it does not say. */
function unavailable(shown: Shown): Shown {
  return { ...shown, watts: Number.NaN, loadW: Number.NaN };
}

/**
 * A simulated meter: it counts energy with its own registers, gets new values at its update period, and shows them in its
 * make's register map, filled only when somebody reads. Instantaneous values are those of the moment of the update.
 */
import { type ChannelId, Instant, type Millis } from "@csj/quantity";
import { worldErrors } from "../errors.ts";
import { type FaultName, METER_RESTART } from "../faults.ts";
import type { Plant } from "../plant/plant.ts";
import { seedOf } from "../seed.ts";
import type { MeterSpec, SiteSpec } from "../spec.ts";
import { Cadence } from "./cadence.ts";
import type { PlantDevice, ServedRegister } from "./device.ts";
import { frequencyAt, nothingShown, type Shown, showMeter } from "./grid-values.ts";
import { ILLEGAL_ADDRESS, Image } from "./image.ts";
import { type MeterMake, makeOf } from "./makes.ts";
import { MeterRegisters, type MeterRegistersState, type Passed } from "./meter-registers.ts";
import type { MeterPicture } from "./picture.ts";

interface MeterState {
  readonly at: number;
  readonly fault: FaultName;
  readonly restartsUntil: number;
  readonly shown: Shown;
  readonly registers: MeterRegistersState;
}

const FAULTS: readonly FaultName[] = ["none", "silent", "frozen", "noise", "slow", "ct-reversed", "restart"];

export class SimulatedMeter implements PlantDevice {
  readonly id: string;
  readonly site: string;
  readonly role: "grid" | "pv";
  readonly profile: string;
  readonly unit: number;
  readonly latency: Millis;
  readonly faults = FAULTS;
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
  #filled = false;

  constructor(spec: SiteSpec, role: "grid" | "pv", meter: MeterSpec, plant: Plant) {
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
    const place = this.role === "grid" ? "the grid connection" : "the solar feeder";
    return `${this.#make.name} at ${place} of ${this.#spec.name}, counting in ${this.#make.resolution}.`;
  }

  get fault(): FaultName {
    return this.#restarting ? "restart" : this.#fault;
  }

  get answers(): boolean {
    return this.#fault !== "silent" && !this.#restarting;
  }

  get updatedAt(): Instant {
    return Instant(this.#shown.at);
  }

  get #restarting(): boolean {
    return this.#plant.now < this.#restartsUntil;
  }

  due(to: number): number | undefined {
    return this.#cadence.due(to);
  }

  latch(now: number): void {
    this.#cadence.reach(now);
    if (this.#fault === "frozen") return;
    const reversed = this.#fault === "ct-reversed";
    this.#registers.count(this.#passed(), reversed);
    const sign = reversed ? -1 : 1;
    this.#shown = {
      at: now,
      watts: sign * (this.role === "grid" ? this.#plant.gridW : this.#plant.pvW),
      loadW: this.role === "grid" ? sign * this.#plant.loadW : 0,
      importWh: this.#registers.importWh,
      exportWh: this.#registers.exportWh,
      varh: this.#registers.varh,
    };
    this.#filled = false;
  }

  setFault(fault: FaultName, now: number): void {
    if (!FAULTS.includes(fault)) throw worldErrors.WORLD_FAULT_REFUSED(`${this.id} has no fault ${fault}.`);
    this.#restartsUntil = fault === "restart" ? now + METER_RESTART : 0;
    this.#fault = fault === "restart" ? "none" : fault;
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
    return this.role === "grid"
      ? { import: register(importWh), export: register(exportWh) }
      : { generation: register(importWh) };
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
    this.#filled = false;
    this.#registers.restore(state.registers);
  }

  #read(space: "holding" | "input", address: number, count: number): Uint16Array | number {
    if (!this.#filled) {
      this.#image.fill(showMeter(this.#spec, this.#shown, frequencyAt(this.#shown.at), this.role));
      this.#filled = true;
    }
    return this.#image.read(space, address, count);
  }

  /** What went through it since the world began; on the solar feeder all goes one way, wired to count as import. */
  #passed(): Passed {
    const { importWh, exportWh, loadWh, generationWh } = this.#plant.energies;
    return this.role === "grid"
      ? { importWh, exportWh, varh: loadWh * this.#spec.reactiveShare }
      : { importWh: generationWh, exportWh: 0, varh: 0 };
  }
}

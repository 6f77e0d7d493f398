/** A simulated inverter's registers: what it measures, at its update period, and the limit that a master writes. */
import { EnergyRegister, type EnergyRegisterState } from "@csj/metrology";
import { type ChannelId, Instant, type Millis } from "@csj/quantity";
import { worldErrors } from "../errors.ts";
import { DEVICE_FAILURE, type FaultName, inverterFaults, mannerOf } from "../faults.ts";
import type { Inverter } from "../plant/inverter.ts";
import type { LimitState } from "../plant/limit-control.ts";
import type { Plant, Unit } from "../plant/plant.ts";
import { seedOf } from "../seed.ts";
import { type InverterSpec, inverterId, type SiteSpec } from "../spec.ts";
import { Cadence } from "./cadence.ts";
import type { PlantDevice, ServedRegister } from "./device.ts";
import { frequencyAt, voltageAt } from "./grid-values.ts";
import { ILLEGAL_ADDRESS, Image } from "./image.ts";
import type { InverterPicture, Running } from "./inverter-picture.ts";
import { decodeLimit } from "./limit-words.ts";
import { type InverterMap, inverterMap } from "./sunspec-inverter.ts";

interface Shown {
  readonly at: number;
  readonly watts: number;
  readonly running: Running;
  readonly heldBack: number;
  readonly energyWh: number;
}

interface InverterDeviceState {
  readonly at: number;
  readonly fault: FaultName;
  readonly seenWh: number;
  readonly shown: Shown;
  readonly register: EnergyRegisterState;
}

const REGISTER = { perCount: 1, digits: 9 };
/** Below this the limit does not count as holding anything back: it is the resolution of the power register. */
const HELD_BACK_W = 1;

export class SimulatedInverter implements PlantDevice {
  readonly id: string;
  readonly site: string;
  readonly role = "inverter";
  readonly profile: string;
  readonly unit: number;
  readonly latency: Millis;
  readonly faults = inverterFaults;
  readonly #place: string;
  readonly #spec: InverterSpec;
  readonly #plant: Plant;
  readonly #unit: Unit;
  readonly #map: InverterMap;
  readonly #image: Image<InverterPicture>;
  readonly #cadence: Cadence;
  readonly #register: EnergyRegister;
  #fault: FaultName = "none";
  #seenWh = 0;
  #shown: Shown;
  #filledWith: { shown: Shown; limit: LimitState; revertsIn: number } | undefined;

  /** @param index which of the site's inverters it is, from 0 */
  constructor(site: SiteSpec, plant: Plant, index: number) {
    const unit = plant.units[index] as Unit;
    const inverter = unit.inverter.spec;
    this.id = inverterId(site.id, index);
    this.site = site.id;
    this.profile = inverter.profile;
    this.unit = inverter.unit;
    this.latency = inverter.latency;
    this.#place = site.name;
    this.#spec = inverter;
    this.#plant = plant;
    this.#unit = unit;
    this.#map = inverterMap(inverter, this.id);
    this.#image = new Image(this.#map.areas);
    this.#cadence = new Cadence(inverter.updatePeriod, seedOf(this.id) % inverter.updatePeriod, plant.now);
    this.#register = new EnergyRegister(REGISTER, { count: Math.floor(inverter.generationWh) });
    this.#shown = this.#look(plant.now);
  }

  get plays(): string {
    const { rated, control, response, deadTime } = this.#spec;
    const manner =
      response.kind === "ramp" ? `ramps ${response.percentPerSecond} %/s` : `lags ${response.tau / 1000} s`;
    const silence = control === "704" ? "falls to its reversion value" : "can only keep or release its limit";
    return `Inverter of ${rated} W at ${this.#place}, SunSpec ${control}: it ${manner} after ${deadTime / 1000} s and ${silence} when nobody writes.`;
  }

  get fault(): FaultName {
    return this.#inverter.booting ? "restart" : this.#fault;
  }

  get answers(): boolean {
    return this.#fault !== "silent" && this.#fault !== "cut" && !this.#inverter.booting;
  }

  get updatedAt(): Instant {
    return Instant(this.#shown.at);
  }

  get limitWrites(): number {
    return this.#inverter.limit.writes;
  }

  due(to: number): number | undefined {
    return this.#cadence.due(to);
  }

  latch(now: number): void {
    this.#cadence.reach(now);
    if (this.#fault === "frozen") return;
    const { generationWh } = this.#unit;
    this.#register.add(generationWh - this.#seenWh);
    this.#seenWh = generationWh;
    this.#shown = this.#look(now);
  }

  setFault(fault: FaultName, now: number): void {
    if (!inverterFaults.includes(fault)) throw worldErrors.WORLD_FAULT_REFUSED(`${this.id} has no fault ${fault}.`);
    if (fault === "restart") this.#inverter.restart(now);
    if (fault === "forgets") this.#inverter.forget(now);
    this.#inverter.behave(now, mannerOf(fault), this.#plant.outputOf(this.#unit));
    this.#inverter.contend(now, fault === "foreign");
    this.#fault = fault === "restart" || fault === "forgets" ? "none" : fault;
  }

  readHolding(address: number, count: number): Uint16Array | number {
    return this.#read("holding", address, count);
  }

  readInput(address: number, count: number): Uint16Array | number {
    return this.#image.read("input", address, count);
  }

  writeHolding(address: number, words: ArrayLike<number>): number | undefined {
    if (this.#fault === "refuses") return DEVICE_FAILURE;
    const { control, limitScale } = this.#spec;
    const at = address - this.#map.controlsAt;
    if (at < 0) return ILLEGAL_ADDRESS;
    const written = decodeLimit(control, limitScale, this.#inverter.limit, at, words);
    if (typeof written === "number") return written;
    this.#inverter.write(this.#plant.now, written.change, written.rearm);
    return undefined;
  }

  served(): Partial<Record<ChannelId, ServedRegister>> {
    return { generation: { unit: "Wh", count: this.#shown.energyWh, perCount: 1 } };
  }

  save(): InverterDeviceState {
    return {
      at: this.#cadence.at,
      fault: this.#fault,
      seenWh: this.#seenWh,
      shown: this.#shown,
      register: this.#register.save(),
    };
  }

  restore(saved: unknown): void {
    const state = saved as InverterDeviceState;
    this.#cadence.reach(state.at);
    this.#fault = state.fault;
    this.#seenWh = state.seenWh;
    this.#shown = state.shown;
    this.#register.restore(state.register);
  }

  get #inverter(): Inverter {
    return this.#unit.inverter;
  }

  #read(space: "holding" | "input", address: number, count: number): Uint16Array | number {
    if (this.#fault === "exception") return DEVICE_FAILURE;
    this.#fill();
    return this.#image.read(space, address, count);
  }

  #look(at: number): Shown {
    const watts = this.#plant.outputOf(this.#unit);
    const held = this.#plant.availableW * this.#unit.share - watts;
    return {
      at,
      watts,
      running: this.#running(held),
      heldBack: Math.min(1, held / this.#spec.rated),
      energyWh: this.#register.count,
    };
  }

  #running(held: number): Running {
    if (this.#inverter.booting) return "starting";
    if (this.#plant.availableW <= 0) return "sleeping";
    if (this.#inverter.standby) return "standby";
    return held > HELD_BACK_W ? "throttled" : "following-the-sun";
  }

  /** The limit's registers show what was written at once; what is measured is as old as the last update. */
  #fill(): void {
    const shown = this.#shown;
    const limit = this.#inverter.limit;
    const left = limit.deadline === null ? 0 : Math.ceil((limit.deadline - this.#plant.now) / 1000);
    const revertsIn = Math.max(0, left);
    const filled = this.#filledWith;
    if (filled?.shown === shown && filled.limit === limit && filled.revertsIn === revertsIn) return;
    this.#image.fill({
      watts: shown.watts,
      running: shown.running,
      heldBack: shown.heldBack,
      energyWh: shown.energyWh,
      volts: voltageAt(shown.at, 0, -shown.watts),
      hertz: frequencyAt(shown.at),
      limit,
      revertsIn,
    });
    this.#filledWith = { shown, limit, revertsIn };
  }
}

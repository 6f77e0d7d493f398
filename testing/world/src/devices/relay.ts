/**
 * A relay on the bus: coil 0 holds the inverters' contactor in, discrete input 0 says whether its contacts are closed. It
 * is played after no make: coil numbers and timers of real ones differ and are configured.
 */
import type { Instant, Millis } from "@csj/quantity";
import { worldErrors } from "../errors.ts";
import { DEVICE_FAILURE, type FaultName, relayFaults } from "../faults.ts";
import type { Contactor } from "../plant/contactor.ts";
import type { Plant } from "../plant/plant.ts";
import type { RelaySpec, SiteSpec } from "../spec.ts";
import type { PlantDevice } from "./device.ts";
import { ILLEGAL_ADDRESS, ILLEGAL_FUNCTION } from "./image.ts";

export class SimulatedRelay implements PlantDevice {
  readonly id: string;
  readonly site: string;
  readonly role = "relay";
  readonly profile = "relay-coil";
  readonly unit: number;
  readonly latency: Millis;
  readonly faults = relayFaults;
  readonly limitWrites = 0;
  readonly #spec: RelaySpec;
  readonly #place: string;
  readonly #plant: Plant;
  #fault: FaultName = "none";

  constructor(site: SiteSpec, spec: RelaySpec, plant: Plant) {
    this.id = `${site.id}-relay`;
    this.site = site.id;
    this.unit = spec.unit;
    this.latency = spec.latency;
    this.#spec = spec;
    this.#place = site.name;
    this.#plant = plant;
  }

  get plays(): string {
    const { watchdog, opensIn } = this.#spec;
    const alone = watchdog > 0 ? ` and drops out after ${watchdog / 1000} s without a write` : "";
    return `Relay of the inverters' contactor at ${this.#place}: coil 0 on feeds; it opens within ${opensIn} ms${alone}.`;
  }

  get fault(): FaultName {
    return this.#fault;
  }

  get answers(): boolean {
    return this.#fault !== "silent" && this.#fault !== "cut";
  }

  get updatedAt(): Instant {
    return this.#plant.now;
  }

  due(): undefined {
    return undefined;
  }

  latch(): void {}

  setFault(fault: FaultName, now: number): void {
    if (!relayFaults.includes(fault)) throw worldErrors.WORLD_FAULT_REFUSED(`${this.id} has no fault ${fault}.`);
    this.#fault = fault;
    this.#contactor.stick(now, fault === "welded");
    this.#plant.settleContactor();
  }

  readHolding(): number {
    return ILLEGAL_FUNCTION;
  }

  readInput(): number {
    return ILLEGAL_FUNCTION;
  }

  writeHolding(): number {
    return ILLEGAL_FUNCTION;
  }

  readCoils(address: number, count: number): readonly boolean[] | number {
    return this.#one(address, count, this.#contactor.state.coil);
  }

  readDiscrete(address: number, count: number): readonly boolean[] | number {
    return this.#one(address, count, this.#contactor.state.closed);
  }

  writeCoils(address: number, bits: readonly boolean[]): number | undefined {
    if (this.#fault === "exception") return DEVICE_FAILURE;
    const [on] = bits;
    if (address !== 0 || bits.length !== 1 || on === undefined) return ILLEGAL_ADDRESS;
    this.#contactor.write(this.#plant.now, on);
    this.#plant.settleContactor();
    return undefined;
  }

  served(): Record<string, never> {
    return {};
  }

  save(): { readonly fault: FaultName } {
    return { fault: this.#fault };
  }

  restore(saved: unknown): void {
    this.#fault = (saved as { readonly fault: FaultName }).fault;
  }

  get #contactor(): Contactor {
    return this.#plant.contactor as Contactor;
  }

  #one(address: number, count: number, bit: boolean): readonly boolean[] | number {
    if (this.#fault === "exception") return DEVICE_FAILURE;
    return address === 0 && count === 1 ? [bit] : ILLEGAL_ADDRESS;
  }
}

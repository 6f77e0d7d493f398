/**
 * One site's power balance, integrated from event to event: a new load, a new slope of the sun, an order that begins to
 * act, a timer, the instant where an inverter's sun falls below its limit. Between events everything is a `Curve`, whose
 * integral is a closed form, so import and export are each exact whatever the caller's steps.
 *
 * Grid power is import positive; generation is positive, and so is a battery that discharges.
 */
import { Instant, Watts } from "@csj/quantity";
import { worldErrors } from "../errors.ts";
import type { LoadCurve, LoadPiece, PvCurve, PvPiece } from "../sources/power.ts";
import type { InverterSpec, RelaySpec } from "../spec.ts";
import { Contactor, type ContactorState } from "./contactor.ts";
import { type Curve, integral, meeting, straight, valueAt } from "./curve.ts";
import { Inverter, type InverterState } from "./inverter.ts";
import { crossings, type Sum, sumIntegral, sumOf } from "./sum.ts";

/** W ms in a Wh. */
const PER_WH = 3_600_000;
/** Events closer together than this (ms) are one: an instant since 1970 resolves 0.00024 ms. */
const RESOLUTION_MS = 1e-3;
/** Stretches in one advance: a month of one-minute pieces and some, so that a plant that stands still is found out. */
const STRETCHES_MAX = 1_000_000;

export interface Energies {
  loadWh: number;
  generationWh: number;
  importWh: number;
  exportWh: number;
  /** What the panels could have given, without any limit. */
  availableWh: number;
  /** What the battery gave and took. */
  dischargedWh: number;
  chargedWh: number;
}

export interface PlantState {
  readonly now: number;
  readonly energies: Partial<Energies>;
  /** The first. */
  readonly inverter: InverterState;
  readonly others?: readonly InverterState[];
  readonly unitWh?: readonly number[];
  readonly contactor?: ContactorState;
}

export interface PlantParts {
  readonly inverters: readonly InverterSpec[];
  readonly load: LoadCurve;
  readonly pv: PvCurve;
  /** Discharging positive. */
  readonly battery?: LoadCurve;
  readonly relay?: RelaySpec;
}

/** One inverter with its part of the sun. */
export interface Unit {
  readonly inverter: Inverter;
  readonly share: number;
  generationWh: number;
}

/** What flowed from one event to the next, for whoever wants more than energies. */
export interface Stretch {
  readonly from: number;
  readonly ms: number;
  /** Constant over the stretch: load less what the battery gives. */
  readonly netLoadW: number;
  readonly output: Sum;
  readonly loadW: number;
  /** What the panels could give, all together. */
  readonly sun: Curve;
}

const NEVER = Number.POSITIVE_INFINITY;
const noBattery: LoadCurve = () => ({ watts: Watts(0), until: Instant(NEVER) });

export class Plant {
  readonly units: readonly Unit[];
  readonly contactor: Contactor | undefined;
  readonly energies: Energies = {
    loadWh: 0,
    generationWh: 0,
    importWh: 0,
    exportWh: 0,
    availableWh: 0,
    dischargedWh: 0,
    chargedWh: 0,
  };
  #watcher: { readonly from: number; readonly onStretch: (stretch: Stretch) => void } | undefined;
  readonly #parts: PlantParts;
  #now: number;
  #load: LoadPiece;
  #battery: LoadPiece;
  #pv: PvPiece;
  #pvFrom: number;

  constructor(start: Instant, parts: PlantParts) {
    const rated = parts.inverters.reduce((sum, spec) => sum + spec.rated, 0);
    this.units = parts.inverters.map((spec) => ({
      inverter: new Inverter(spec),
      share: spec.sunShare ?? spec.rated / rated,
      generationWh: 0,
    }));
    this.contactor = parts.relay === undefined ? undefined : new Contactor(parts.relay);
    this.#parts = parts;
    this.#now = start;
    this.#load = parts.load(start);
    this.#battery = (parts.battery ?? noBattery)(start);
    this.#pv = parts.pv(start);
    this.#pvFrom = start;
  }

  get now(): Instant {
    return Instant(this.#now);
  }

  get loadW(): Watts {
    return this.#load.watts;
  }

  get batteryW(): Watts {
    return this.#battery.watts;
  }

  /** What the panels could give now. */
  get availableW(): Watts {
    return Watts(Math.max(0, this.#pv.watts + this.#pv.slope * (this.#now - this.#pvFrom)));
  }

  get pvW(): Watts {
    let watts = 0;
    for (const unit of this.units) watts += this.outputOf(unit);
    return Watts(watts);
  }

  get gridW(): Watts {
    return Watts(this.loadW - this.batteryW - this.pvW);
  }

  outputOf({ inverter, share }: Unit): number {
    return Math.max(0, Math.min(this.availableW * share, inverter.ceiling));
  }

  /** Goes on to `to`; an instant that has passed already changes nothing. */
  advance(to: number): void {
    for (let stretch = 0; this.#now < to; stretch += 1) {
      if (stretch === STRETCHES_MAX) throw worldErrors.WORLD_STUCK(`The plant stands still at ${this.#now}.`);
      this.#stretch(Math.min(to, this.#nextEvent()));
      this.#renew();
    }
  }

  /** Calls with each stretch that begins at `from` or later; a stretch ends there. */
  watch(from: number, onStretch: (stretch: Stretch) => void): void {
    this.#watcher = { from, onStretch };
  }

  /** What somebody did to the contactor takes effect, where it does so at once. */
  settleContactor(): void {
    if (this.contactor === undefined) return;
    this.contactor.settle(this.#now);
    for (const { inverter } of this.units) inverter.connect(this.#now, this.contactor.state.closed);
  }

  save(): PlantState {
    const [first, ...others] = this.units.map(({ inverter }) => inverter.save());
    return {
      now: this.#now,
      energies: { ...this.energies },
      inverter: first as InverterState,
      others,
      unitWh: this.units.map(({ generationWh }) => generationWh),
      ...(this.contactor === undefined ? {} : { contactor: this.contactor.state }),
    };
  }

  restore(state: PlantState): void {
    this.#now = state.now;
    Object.assign(this.energies, state.energies);
    const inverters = [state.inverter, ...(state.others ?? [])];
    for (const [index, unit] of this.units.entries()) {
      const saved = inverters[index];
      if (saved !== undefined) unit.inverter.restore(saved);
      unit.generationWh = state.unitWh?.[index] ?? state.energies.generationWh ?? 0;
    }
    if (state.contactor !== undefined) this.contactor?.restore(state.contactor);
    this.#load = this.#parts.load(this.now);
    this.#battery = (this.#parts.battery ?? noBattery)(this.now);
    this.#pv = this.#parts.pv(this.now);
    this.#pvFrom = state.now;
  }

  #nextEvent(): number {
    let next = Math.min(this.#load.until, this.#battery.until, this.#pv.until, this.contactor?.nextEvent() ?? NEVER);
    for (const { inverter } of this.units) next = Math.min(next, inverter.nextEvent(this.#now));
    const watched = this.#watcher?.from ?? NEVER;
    return watched > this.#now ? Math.min(next, watched) : next;
  }

  /** Moves to `end`, or to where one inverter's sun and limit change places before it. */
  #stretch(end: number): void {
    const whole = end - this.#now;
    const sun = straight(this.availableW, this.#pv.slope);
    const suns = this.units.map(({ share }) => (share === 1 ? sun : straight(sun.base * share, sun.slope * share)));
    const ceilings = this.units.map(({ inverter }) => inverter.curve());
    const dt = firstMeeting(suns, ceilings, whole);
    const outputs = suns.map((own, index) => lower(own, ceilings[index] as Curve, dt / 2));
    this.#book(dt, outputs, sun);
    this.energies.availableWh += Math.max(0, integral(sun, dt)) / PER_WH;
    for (const { inverter } of this.units) inverter.move(dt);
    this.#now = dt === whole ? end : this.#now + dt;
  }

  /** Splits the stretch's balance where the grid power passes zero, so that nothing is netted. */
  #book(dt: number, outputs: readonly Curve[], sun: Curve): void {
    const output = sumOf(outputs);
    const netLoad = this.loadW - this.batteryW;
    let last = 0;
    for (const at of crossings(output, netLoad, dt)) {
      const net = netLoad * at - sumIntegral(output, at);
      this.#meter(net - last);
      last = net;
    }
    this.#meter(netLoad * dt - sumIntegral(output, dt) - last);
    this.#count(dt, outputs);
    if (this.#watcher === undefined || this.#now < this.#watcher.from) return;
    this.#watcher.onStretch({ from: this.#now, ms: dt, netLoadW: netLoad, output, loadW: this.loadW, sun });
  }

  #count(dt: number, outputs: readonly Curve[]): void {
    for (let index = 0; index < this.units.length; index += 1) {
      const unit = this.units[index] as Unit;
      const wh = Math.max(0, integral(outputs[index] as Curve, dt)) / PER_WH;
      unit.generationWh += wh;
      this.energies.generationWh += wh;
    }
    this.energies.loadWh += (this.loadW * dt) / PER_WH;
    if (this.batteryW > 0) this.energies.dischargedWh += (this.batteryW * dt) / PER_WH;
    else this.energies.chargedWh -= (this.batteryW * dt) / PER_WH;
  }

  #meter(net: number): void {
    if (net > 0) this.energies.importWh += net / PER_WH;
    else this.energies.exportWh -= net / PER_WH;
  }

  #renew(): void {
    const now = this.#now;
    if ((this.contactor?.nextEvent() ?? NEVER) <= now) this.settleContactor();
    for (const unit of this.units) {
      if (unit.inverter.nextEvent(now) <= now) unit.inverter.settle(now, this.outputOf(unit));
    }
    if (this.#load.until <= now) this.#load = this.#parts.load(this.now);
    if (this.#battery.until <= now) this.#battery = (this.#parts.battery ?? noBattery)(this.now);
    if (this.#pv.until > now) return;
    this.#pv = this.#parts.pv(this.now);
    this.#pvFrom = now;
  }
}

/** The first instant strictly inside (0, `whole`) where a sun and its ceiling meet; `whole` where none do. */
function firstMeeting(suns: readonly Curve[], ceilings: readonly Curve[], whole: number): number {
  let first = whole;
  for (let index = 0; index < suns.length; index += 1) {
    const met = meeting(suns[index] as Curve, ceilings[index] as Curve, whole);
    if (met !== undefined && met > RESOLUTION_MS && met < whole - RESOLUTION_MS) first = Math.min(first, met);
  }
  return first;
}

const lower = (sun: Curve, ceiling: Curve, at: number) => (valueAt(sun, at) <= valueAt(ceiling, at) ? sun : ceiling);

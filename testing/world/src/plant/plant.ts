/**
 * One site's power balance, integrated from event to event: a new load, a new slope of the sun, an order that begins to
 * act, a timer, the instant where the sun falls below the limit. Between events everything is a `Curve`, whose integral
 * and whose crossing with the load are closed forms, so import and export are each exact whatever the caller's steps.
 *
 * Grid power is import positive; generation is positive.
 */
import { Instant, Watts } from "@csj/quantity";
import { worldErrors } from "../errors.ts";
import type { LoadCurve, LoadPiece, PvCurve, PvPiece } from "../sources/power.ts";
import type { InverterSpec } from "../spec.ts";
import { crossing, integral, meeting, straight, valueAt } from "./curve.ts";
import { Inverter, type InverterState } from "./inverter.ts";

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
}

export interface PlantState {
  readonly now: number;
  readonly energies: Energies;
  readonly inverter: InverterState;
}

export class Plant {
  readonly inverter: Inverter;
  readonly energies: Energies = { loadWh: 0, generationWh: 0, importWh: 0, exportWh: 0, availableWh: 0 };
  readonly #loadAt: LoadCurve;
  readonly #pvAt: PvCurve;
  #now: number;
  #load: LoadPiece;
  #pv: PvPiece;
  #pvFrom: number;

  constructor(start: Instant, spec: InverterSpec, load: LoadCurve, pv: PvCurve) {
    this.inverter = new Inverter(spec);
    this.#loadAt = load;
    this.#pvAt = pv;
    this.#now = start;
    this.#load = load(start);
    this.#pv = pv(start);
    this.#pvFrom = start;
  }

  get now(): Instant {
    return Instant(this.#now);
  }

  get loadW(): Watts {
    return this.#load.watts;
  }

  /** What the panels could give now. */
  get availableW(): Watts {
    return Watts(Math.max(0, this.#pv.watts + this.#pv.slope * (this.#now - this.#pvFrom)));
  }

  get pvW(): Watts {
    return Watts(Math.max(0, Math.min(this.availableW, this.inverter.ceiling)));
  }

  get gridW(): Watts {
    return Watts(this.loadW - this.pvW);
  }

  /** Goes on to `to`; an instant that has passed already changes nothing. */
  advance(to: number): void {
    for (let stretch = 0; this.#now < to; stretch += 1) {
      if (stretch === STRETCHES_MAX) throw worldErrors.WORLD_STUCK(`The plant stands still at ${this.#now}.`);
      this.#stretch(Math.min(to, this.#load.until, this.#pv.until, this.inverter.nextEvent(this.#now)));
      this.#renew();
    }
  }

  save(): PlantState {
    return { now: this.#now, energies: { ...this.energies }, inverter: this.inverter.save() };
  }

  restore(state: PlantState): void {
    this.#now = state.now;
    Object.assign(this.energies, state.energies);
    this.inverter.restore(state.inverter);
    this.#load = this.#loadAt(this.now);
    this.#pv = this.#pvAt(this.now);
    this.#pvFrom = state.now;
  }

  /** Moves to `end`, or to where the sun and the limit change places before it. */
  #stretch(end: number): void {
    const sun = straight(this.availableW, this.#pv.slope);
    const ceiling = this.inverter.curve();
    const whole = end - this.#now;
    const met = meeting(sun, ceiling, whole);
    const dt = met !== undefined && met > RESOLUTION_MS && met < whole - RESOLUTION_MS ? met : whole;
    const output = valueAt(sun, dt / 2) <= valueAt(ceiling, dt / 2) ? sun : ceiling;
    this.#book(dt, Math.max(0, integral(output, dt)), crossing(output, this.loadW, dt), (t) => integral(output, t));
    this.energies.availableWh += Math.max(0, integral(sun, dt)) / PER_WH;
    this.inverter.move(dt);
    this.#now = dt === whole ? end : this.#now + dt;
  }

  /** Splits the stretch's balance where the grid power passes zero, so that nothing is netted. */
  #book(dt: number, generated: number, zero: number | undefined, generatedTo: (t: number) => number): void {
    const net = this.loadW * dt - generated;
    const first = zero === undefined ? net : this.loadW * zero - generatedTo(zero);
    this.#meter(first);
    if (zero !== undefined) this.#meter(net - first);
    this.energies.loadWh += (this.loadW * dt) / PER_WH;
    this.energies.generationWh += generated / PER_WH;
  }

  #meter(net: number): void {
    if (net > 0) this.energies.importWh += net / PER_WH;
    else this.energies.exportWh -= net / PER_WH;
  }

  #renew(): void {
    const now = this.#now;
    if (this.inverter.nextEvent(now) <= now) this.inverter.settle(now, this.pvW);
    if (this.#load.until <= now) this.#load = this.#loadAt(this.now);
    if (this.#pv.until > now) return;
    this.#pv = this.#pvAt(this.now);
    this.#pvFrom = now;
  }
}

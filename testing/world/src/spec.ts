/** What a simulated site is made of. Plain data: a street is a list of these. */
import { Millis, type Watts } from "@csj/quantity";

export type MeterProfile =
  | "eastron-sdm630"
  | "eastron-sdm120"
  | "chint-dtsu666"
  | "carlo-gavazzi-em340"
  | "abb-b23"
  | "sunspec-meter";

export type Role = "grid" | "pv" | "inverter" | "battery" | "relay";
export type Phase = "l1" | "l2" | "l3";

export interface MeterSpec {
  readonly profile: MeterProfile;
  /** SunSpec meters come with integer (203) or float (213) models; others ignore it. */
  readonly model?: 203 | 213;
  readonly unit: number;
  /** How often the registers get new values. */
  readonly updatePeriod: Millis;
  /** From the request to the answer. */
  readonly latency: Millis;
  /** What the registers have counted before the world began, in Wh. */
  readonly importWh: number;
  readonly exportWh: number;
}

/** How the output goes from one limit to the next. */
export type LimitResponse =
  | { readonly kind: "first-order"; readonly tau: Millis }
  | { readonly kind: "ramp"; readonly percentPerSecond: number };

export interface InverterSpec {
  readonly profile: "sunspec-inverter";
  /** `123`: the timer releases the limit. `704`: the limit falls to its reversion value. */
  readonly control: "123" | "704";
  readonly unit: number;
  readonly rated: Watts;
  /** From the write until the output begins to move. */
  readonly deadTime: Millis;
  readonly response: LimitResponse;
  /** A limit below this share of the rating sends it to standby at 0 W; 0 where it follows down to nothing. */
  readonly floor: number;
  /** After standby, from a limit at or above the floor until the output moves. */
  readonly wake: Millis;
  /** Whether a limit survives a restart; each write of an EEPROM register wears it. */
  readonly memory: "volatile" | "eeprom";
  /** The share of the rating that it takes where nobody limits it: 1, or an installer's static limit. */
  readonly staticLimit: number;
  /** Scale factor of the limit register: 0 gives steps of 1 %, -2 of 0.01 %. */
  readonly limitScale: 0 | -1 | -2;
  /** From a restart until it answers and begins to feed. */
  readonly boot: Millis;
  readonly updatePeriod: Millis;
  readonly latency: Millis;
  readonly phases: 1 | 3;
  /** Which phase a single-phase one feeds; L1 where it is absent. */
  readonly phase?: Phase;
  /** Its part of the site's sun; by rating where it is absent. */
  readonly sunShare?: number;
  /** What it has generated before the world began, in Wh. */
  readonly generationWh: number;
}

/** A battery inverter, or any other source or sink that nobody limits, on the site's side of the grid meter. */
export interface BatterySpec {
  /** Its own meter, which counts what it discharges as import; unmeasured where it is absent. */
  readonly meter?: MeterSpec;
  readonly phases: 1 | 3;
  readonly phase?: Phase;
}

/** A relay on the bus whose coil 0 holds the inverters' contactor in: on feeds, off cuts. */
export interface RelaySpec {
  readonly unit: number;
  /** From the coil until the contacts. */
  readonly opensIn: Millis;
  /** It drops out by itself this long after the last write of its coil; 0 where it does not. */
  readonly watchdog: Millis;
  readonly latency: Millis;
}

/** The first-order time constant, or what a ramp over the whole rating amounts to: the energy that passes per watt. */
export function timeConstant({ response }: InverterSpec): Millis {
  return response.kind === "first-order" ? response.tau : Millis(50_000 / response.percentPerSecond);
}

export interface SiteSpec {
  /** `site-01`. */
  readonly id: string;
  /** A postal name without a person: `12 Willow Way`. */
  readonly name: string;
  readonly zone: string;
  readonly fuseA: number;
  readonly phases: 1 | 3;
  /** How the load lies on L1, L2 and L3; sums to 1. */
  readonly loadShares: readonly [number, number, number];
  /** Reactive load per active load (tan phi), inductive. */
  readonly reactiveShare: number;
  readonly allowedExport: Watts;
  readonly grid: MeterSpec;
  /** Two-meter wiring: a meter of its own on the PV's feeder, which counts generation as import. */
  readonly pv?: MeterSpec;
  /** The only one, or the first. */
  readonly inverter: InverterSpec;
  /** All of them, `inverter` first, where there are several. */
  readonly inverters?: readonly InverterSpec[];
  readonly battery?: BatterySpec;
  readonly relay?: RelaySpec;
}

export const INVERTERS_MAX = 8;

export const invertersOf = ({ inverter, inverters }: SiteSpec): readonly InverterSpec[] => inverters ?? [inverter];

/** `site-01-inverter`, `site-01-inverter-2`. */
export const inverterId = (site: string, index: number) => `${site}-inverter${index === 0 ? "" : `-${index + 1}`}`;

/** The same site with these inverters. */
export function withInverters(site: SiteSpec, inverters: readonly InverterSpec[]): SiteSpec {
  const [first] = inverters;
  return first === undefined ? site : { ...site, inverter: first, inverters };
}

/** What a simulated site is made of. Plain data: a street is a list of these. */
import { Millis, type Watts } from "@csj/quantity";

export type MeterProfile =
  | "eastron-sdm630"
  | "eastron-sdm120"
  | "chint-dtsu666"
  | "carlo-gavazzi-em340"
  | "abb-b23"
  | "sunspec-meter";

export type Role = "grid" | "pv" | "inverter";

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
  /** What it has generated before the world began, in Wh. */
  readonly generationWh: number;
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
  readonly inverter: InverterSpec;
}

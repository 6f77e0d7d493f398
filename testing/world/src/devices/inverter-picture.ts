/** What a SunSpec inverter shows, and the scales and absent values that its models share. */
import type { LimitState } from "../plant/limit-control.ts";
import { point } from "./image.ts";
import { absent } from "./sunspec-chain.ts";
import { i16, scaled, u16 } from "./words.ts";

export type Running = "sleeping" | "starting" | "following-the-sun" | "throttled" | "standby";

export interface InverterPicture {
  readonly watts: number;
  readonly volts: number;
  readonly hertz: number;
  readonly energyWh: number;
  readonly running: Running;
  /** How much of the rating the limit holds back, 0 to 1. */
  readonly heldBack: number;
  readonly limit: LimitState;
  /** Seconds until the timer acts; 0 where none runs. */
  readonly revertsIn: number;
}

export const AMPS_SF = -2;
export const VOLTS_SF = -1;
export const HERTZ_SF = -2;

export const phaseAmps = (p: InverterPicture, phases: number) => p.watts / p.volts / phases;
export const amps = scaled(u16, 0.01);
export const volts = scaled(u16, 0.1);
export const gone16 = (at: number) => point<InverterPicture>(at, u16, absent.u16);
export const goneSigned = (at: number) => point<InverterPicture>(at, i16, absent.i16);
export const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

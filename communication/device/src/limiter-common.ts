/** What every limiter shares, however it is written to. */
import { isCoded } from "@csj/fault";
import type { Answer, RegisterAccess } from "@csj/modbus";
import { Millis, Watts } from "@csj/quantity";
import type { LimiterFacts, MapVerification } from "./abilities.ts";
import { errors } from "./errors.ts";
import type { Profile } from "./profile.ts";

export interface LimiterOptions {
  readonly id: string;
  /** What the output falls to when nobody writes any more, where the device can; 0 where not given. */
  readonly fallback?: Watts;
  /** After how long; the profile's time where not given. Must be longer than the time between two writes. */
  readonly silence?: Millis;
  /** From the nameplate, for a device that does not state it. Where both are known the larger one counts. */
  readonly rated?: Watts;
  readonly timeout?: Millis;
}

/** Before anything is known. */
export const unknownFacts: LimiterFacts = {
  onSilence: "unknown",
  memory: "unknown",
  smallestWritePeriod: Millis(0),
  floor: 0,
  quantum: 1,
  settle: Millis(0),
};

/** What a profile's entry says of its limit, under the profile's own names. */
interface FactEntry {
  readonly on_silence: LimiterFacts["onSilence"];
  readonly memory: LimiterFacts["memory"];
  readonly smallest_write_period_ms: number;
  readonly floor: number;
  readonly settle_ms: number;
}

/** @param silenceSeconds 0 where no timer runs, neither one of ours nor the device's own */
export function factsOf(entry: FactEntry, register: string, quantum: number, silenceSeconds: number): LimiterFacts {
  return {
    onSilence: entry.on_silence,
    ...(silenceSeconds > 0 ? { silenceTimeout: Millis(silenceSeconds * 1000) } : {}),
    memory: entry.memory,
    smallestWritePeriod: Millis(entry.smallest_write_period_ms),
    floor: entry.floor,
    quantum: Math.min(1, quantum),
    settle: Millis(entry.settle_ms),
    register,
  };
}

export function verificationOf({ id, verification }: Profile): MapVerification {
  const { status, unverified } = verification;
  if (status === "hardware") return { status, unverified };
  const how = status === "manual" ? "was never run" : "was run against a simulated device only";
  return { status, unverified, warning: `Unverified map: ${id} ${how}; prove its scale by the output at the meter.` };
}

/** A limit that is a number; below 0 it is 0. */
export function checkedLimit(id: string, limit: Watts): Watts {
  if (Number.isNaN(limit)) throw errors.DEVICE_LIMIT(`${id} was given a limit that is no number.`);
  return limit > 0 ? limit : Watts(0);
}

/** Of a percentage a larger rating gives fewer percent, never more output: so the larger of two is the safe one. */
export function ratedOf(id: string, stated: number | undefined, configured: Watts | undefined): Watts {
  const known = [stated ?? 0, configured ?? 0].filter((value) => value > 0 && Number.isFinite(value));
  if (known.length > 0) return Watts(Math.max(...known));
  throw errors.DEVICE_RATING(`${id} states no rating that can be, and the configuration gives none.`);
}

/** One device on a bus, with the settings of all its requests. */
export class UnitPort {
  readonly #access: RegisterAccess;
  readonly #common: { readonly unit: number; readonly timeout?: Millis };

  constructor(access: RegisterAccess, unit: number, timeout: Millis | undefined) {
    this.#access = access;
    this.#common = timeout === undefined ? { unit } : { unit, timeout };
  }

  /** The same device asked through another access. */
  through(access: RegisterAccess): UnitPort {
    return new UnitPort(access, this.#common.unit, this.#common.timeout);
  }

  read(code: 3 | 4, address: number, count: number): Promise<Answer> {
    return this.#access.read({ ...this.#common, function: code, address, count });
  }

  /** In the lane that overtakes everything which waits. */
  write(code: 6 | 16, address: number, words: readonly number[]): Promise<void> {
    return this.#access.write({ ...this.#common, lane: "control", function: code, address, words });
  }
}

/** Noise of a division or a sum, in counts: less than this below a whole count is that count. */
const COUNT_NOISE = 1e-6;

/** Whole counts in a limit, rounded down. */
export function wholeCounts(exact: number): number {
  return Math.floor(exact + COUNT_NOISE);
}

/** Undefined where the device refuses the request; a lost link is passed on. */
export async function unlessRefused<Result>(asked: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isCoded(error) && error.entry.fault === "device") return undefined;
    throw error;
  }
}

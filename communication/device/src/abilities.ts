/**
 * What a device can do, one small interface per ability, so that a controller asks for what it needs and never for a make
 * or a class. A quantity that was not read is in `unavailable` with its reason; it is never 0.
 */
import type { ChannelId, Instant, Millis, QuantityId, Watts } from "@csj/quantity";
import type { RegisterRead } from "@csj/reading";

export interface Sample {
  readonly values: ReadonlyMap<QuantityId, number>;
  readonly unavailable: ReadonlyMap<QuantityId, string>;
  /** When the answer arrived; the oldest one where several requests made the sample. */
  readonly measuredAt: Instant;
  readonly measuredMonotonic: Millis;
}

/** Reads instantaneous quantities: signed power, voltage, current, frequency. */
export interface PowerMeter {
  readonly id: string;
  /** Rejects, coded, where nothing at all was read; where a part was, the rest is in `unavailable`. */
  readPower(): Promise<Sample>;
}

/** An energy register with the monotonic moment of its answer, which holds while the wall clock is not trusted. */
export interface EnergyRead extends RegisterRead {
  readonly measuredMonotonic: Millis;
}

/** Reads energy registers, each with its own format, resolution and time. */
export interface EnergyMeter {
  readonly id: string;
  /** The channels that this device has, known before the first read. */
  readonly channels: readonly ChannelId[];
  /** Rejects, coded, where nothing at all was read; where a part was, the rest is in `unavailable`. */
  readEnergy(): Promise<EnergySample>;
}

export interface EnergySample {
  readonly registers: ReadonlyMap<ChannelId, EnergyRead>;
  readonly unavailable: ReadonlyMap<ChannelId, string>;
}

/** Holds its AC output at or below a limit. */
export interface PowerLimiter {
  readonly id: string;
  /** Those of the control that `prepare` found; before it nothing is known and everything is the worst case. */
  readonly facts: LimiterFacts;
  /** Reads what the device says of itself; must succeed once before `limitTo`. After lost answers a next call goes on. */
  prepare(): Promise<Prepared>;
  /** Writes the limit; resolves with what was written after quantising, which is never above what was asked. */
  limitTo(limit: Watts): Promise<Watts>;
  /** What the device holds now, by which a restart or another master is found. After `prepare`. */
  readBack?(): Promise<ReadBack>;
  /** How far its map can be trusted. */
  readonly verification?: MapVerification;
}

export interface Prepared {
  readonly rated: Watts;
  /** The installer's own limit, where the device shows one below its rating. No command goes above it or changes it. */
  readonly staticLimit?: Watts;
}

export interface ReadBack {
  /** `released`: the device says that no limit is in force; `unreadable`: it does not say. */
  readonly state: "limited" | "released" | "unreadable";
  /** Where a limit is in force. */
  readonly limit: Watts | undefined;
  /** What it says that it applies, where it says so apart from what it holds. */
  readonly applied: Watts | undefined;
  /** The words as they came; none where the device has nothing to read. */
  readonly raw: readonly number[];
  readonly measuredMonotonic: Millis | undefined;
}

export interface MapVerification {
  readonly status: "manual" | "simulator" | "hardware";
  /** What no primary source was found for. */
  readonly unverified: readonly string[];
  /** To be shown wherever the limit is used; absent where the map was tested against the device. */
  readonly warning?: string;
}

/** What decides whether a limit can be trusted when something dies; each fact is the manual's, or `unknown`. */
export interface LimiterFacts {
  /** What the device does when nobody talks to it: falls to a value, releases the limit, or keeps it. */
  readonly onSilence: "falls-to-value" | "releases" | "keeps" | "unknown";
  readonly silenceTimeout?: Millis;
  readonly memory: "volatile" | "eeprom" | "unknown";
  readonly smallestWritePeriod: Millis;
  /** Lowest limit that does not send it to standby, as a share of its rating, 0 to 1. */
  readonly floor: number;
  /** Smallest step of the limit, as a share of its rating. */
  readonly quantum: number;
  /** From the write until the output has settled. */
  readonly settle: Millis;
  /** What is written, for the counter of writes. */
  readonly register?: string;
}

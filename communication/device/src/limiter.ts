/**
 * Limits an inverter through SunSpec model 704 or 123. Model 704 is preferred: its reversion value lets the output fall by
 * itself when nobody writes any more, and each write here arms that timer anew. Model 123's timer can only release the
 * limit, so it is not armed at all: the inverter then keeps its last limit, which is better than full power and still no
 * watchdog.
 */
import type { RegisterAccess } from "@csj/modbus";
import { Millis, Watts } from "@csj/quantity";
import { discover, type FoundModel, modelOf, planReads, pointOf, type SunSpecMap, scaled, words } from "@csj/sunspec";
import type { LimiterFacts, PowerLimiter } from "./abilities.ts";
import { errors } from "./errors.ts";
import type { LimiterEntry, Profile, SunSpecProfile } from "./profile.ts";
import { ResumedReads } from "./resumed.ts";

export interface LimiterOptions {
  readonly id: string;
  /** What the output falls to when nobody writes any more, where the device can; 0 where not given. */
  readonly fallback?: Watts;
  /** After how long; the profile's time where not given. Must be longer than the time between two writes. */
  readonly silence?: Millis;
  readonly timeout?: Millis;
}

export function openLimiter(
  profile: Profile,
  access: RegisterAccess,
  unit: number,
  options: LimiterOptions,
): PowerLimiter {
  if (profile.kind !== "sunspec" || profile.limiter.length === 0) {
    throw errors.DEVICE_NO_LIMITER(`${options.id}: profile ${profile.id} describes no limit.`);
  }
  return new SunSpecLimiter(profile, access, unit, options);
}

/** Before anything is known. */
const unknown: LimiterFacts = {
  onSilence: "unknown",
  memory: "unknown",
  smallestWritePeriod: Millis(0),
  floor: 0,
  quantum: 1,
  settle: Millis(0),
};

interface Prepared {
  readonly control: FoundModel;
  readonly entry: LimiterEntry;
  readonly rated: Watts;
  /** Raw counts in 100 %. */
  readonly full: number;
  /** What the registers of the limit held: a device that does not implement one of them shows it there. */
  readonly held: readonly number[];
  readonly silenceSeconds: number;
}

class SunSpecLimiter implements PowerLimiter {
  readonly id: string;
  readonly #profile: SunSpecProfile;
  readonly #access: RegisterAccess;
  readonly #unit: number;
  readonly #options: LimiterOptions;
  readonly #resumed: ResumedReads;
  #prepared: Prepared | undefined;
  #facts: LimiterFacts = unknown;

  constructor(profile: SunSpecProfile, access: RegisterAccess, unit: number, options: LimiterOptions) {
    this.id = options.id;
    this.#profile = profile;
    this.#access = access;
    this.#unit = unit;
    this.#options = options;
    this.#resumed = new ResumedReads(access);
  }

  get facts(): LimiterFacts {
    return this.#facts;
  }

  prepare(): Promise<{ readonly rated: Watts }> {
    return this.#resumed.attempt(() => this.#prepare());
  }

  async #prepare(): Promise<{ readonly rated: Watts }> {
    const map = await discover(this.#resumed, this.#unit, this.#timeout());
    const { entry, control } = this.#choose(map);
    const rated = await this.#rated(map, entry.model);
    const { full, held } = await this.#control(control, entry.model);
    const silenceSeconds =
      this.#options.silence === undefined ? entry.silence_s : Math.ceil(this.#options.silence / 1000);
    this.#prepared = { control, entry, rated, full, held, silenceSeconds };
    this.#facts = factsOf(this.#prepared);
    return { rated };
  }

  async limitTo(limit: Watts): Promise<Watts> {
    const prepared = this.#prepared;
    if (prepared === undefined) throw errors.DEVICE_NOT_PREPARED(`${this.id} was asked for a limit before prepare().`);
    if (Number.isNaN(limit)) throw errors.DEVICE_LIMIT(`${this.id} was given a limit that is no number.`);
    const raw = rawLimit(limit, prepared);
    for (const write of this.#writes(prepared, raw)) await this.#access.write(write);
    return Watts((raw * prepared.rated) / prepared.full);
  }

  #choose(map: SunSpecMap): { entry: LimiterEntry; control: FoundModel } {
    for (const entry of this.#profile.limiter) {
      const control = map.models.find((model) => model.id === entry.model);
      if (control !== undefined) return { entry, control };
    }
    const wanted = this.#profile.limiter.map((entry) => entry.model).join(" or ");
    throw errors.DEVICE_MODEL_MISSING(`${this.id} has no SunSpec model ${wanted}: it cannot be limited.`);
  }

  /** The set maximum where there is one, since the percentage is of it; the nameplate's rating otherwise. */
  async #rated(map: SunSpecMap, control: 123 | 704): Promise<Watts> {
    const places =
      control === 704
        ? ([
            [702, "WMax"],
            [702, "WMaxRtg"],
          ] as const)
        : ([
            [121, "WMax"],
            [120, "WRtg"],
          ] as const);
    for (const [id, point] of places) {
      const found = map.models.find((model) => model.id === id);
      const value = found === undefined ? Number.NaN : await this.#value(found, point);
      if (value > 0) return Watts(value);
    }
    throw errors.DEVICE_MODEL_MISSING(`${this.id} states no rating: a limit in percent has no meaning.`);
  }

  /** The scale of the percentage, and what the registers that will be written hold now, in one answer. */
  async #control(control: FoundModel, model: 123 | 704): Promise<{ full: number; held: number[] }> {
    const { first, size } = blocks[model];
    const from = pointOf(modelOf(model), first).offset;
    const to = pointOf(modelOf(model), "WMaxLimPct_SF").offset;
    const request = { unit: this.#unit, function: 3 as const, address: control.address + from, count: to - from + 1 };
    const answer = await this.#resumed.read({ ...request, ...this.#timeout() });
    const step = scaled(1, words.i16(answer.words, to - from));
    if (step > 0 && step <= 100) return { full: 100 / step, held: [...answer.words.subarray(0, size)] };
    throw errors.DEVICE_MODEL_MISSING(`${this.id} gives no usable scale factor WMaxLimPct_SF in model ${model}.`);
  }

  async #value(found: FoundModel, name: string): Promise<number> {
    const read = planReads(found, [name]).reads[0];
    const point = read?.points[0];
    if (read === undefined || point === undefined) return Number.NaN;
    const { address, count } = read;
    const answer = await this.#resumed.read({ unit: this.#unit, function: 3, address, count, ...this.#timeout() });
    const raw = point.read(answer.words, point.at);
    return point.scaleAt < 0 ? raw : scaled(raw, words.i16(answer.words, point.scaleAt));
  }

  #writes(prepared: Prepared, raw: number) {
    const { control, entry, held } = prepared;
    const fallback = rawLimit(this.#options.fallback ?? Watts(0), prepared);
    const wanted = entry.model === 704 ? block704(prepared, raw, fallback) : block123(prepared, raw);
    const block = wanted.map((word, at) => (optional(entry.model, at) && held[at] === ABSENT ? ABSENT : word));
    const first = pointOf(modelOf(control.id), blocks[entry.model].first).offset;
    const common = { unit: this.#unit, lane: "control" as const, ...this.#timeout() };
    const address = control.address + first;
    if (entry.write === "block") return [{ ...common, function: 16 as const, address, words: block }];
    return block.map((word, at) => ({ ...common, function: 6 as const, address: address + at, words: [word] }));
  }

  #timeout(): { readonly timeout?: Millis } {
    return this.#options.timeout === undefined ? {} : { timeout: this.#options.timeout };
  }
}

/** Rounded down: what is written is never above what was asked. A negative limit is 0 and never wraps around. */
function rawLimit(limit: Watts, { rated, full }: Prepared): number {
  return Math.floor((Math.min(Math.max(limit, 0), rated) * full) / rated);
}

/** The registers that one limit writes, which lie one behind the other. */
const blocks = { 704: { first: "WMaxLimPctEna", size: 6 }, 123: { first: "WMaxLimPct", size: 5 } } as const;

/** "Not implemented" in 16 bits: it is written back as it was, since some inverters refuse any other word there. */
const ABSENT = 0xffff;

/** Times of model 123 may be missing; the limit and its switch may not, nor anything that 704's fail-safe needs. */
function optional(model: 123 | 704, at: number): boolean {
  return model === 123 && at >= 1 && at <= 3;
}

/** Ena, Pct, PctRvrt, EnaRvrt, RvrtTms (two registers). */
function block704({ silenceSeconds }: Prepared, raw: number, fallback: number): number[] {
  return [1, raw, fallback, 1, silenceSeconds >>> 16, silenceSeconds & 0xffff];
}

/** Pct, WinTms, RvrtTms, RmpTms, Ena. */
function block123({ silenceSeconds }: Prepared, raw: number): number[] {
  return [raw, 0, silenceSeconds, 0, 1];
}

function factsOf({ entry, full, silenceSeconds }: Prepared): LimiterFacts {
  const armed = silenceSeconds > 0;
  return {
    onSilence: armed ? entry.on_silence : "keeps",
    ...(armed ? { silenceTimeout: Millis(silenceSeconds * 1000) } : {}),
    memory: entry.memory,
    smallestWritePeriod: Millis(entry.smallest_write_period_ms),
    floor: entry.floor,
    quantum: 1 / full,
    settle: Millis(entry.settle_ms),
  };
}

/**
 * Limits an inverter through SunSpec model 704 or 123. Model 704 is preferred: its reversion value lets the output fall by
 * itself when nobody writes any more, and each write here arms that timer anew. Model 123's timer can only release the
 * limit, so it is not armed at all: the inverter then keeps its last limit, which is better than full power and still no
 * watchdog.
 */
import type { RegisterAccess } from "@csj/modbus";
import { Watts } from "@csj/quantity";
import { discover, type FoundModel, modelOf, planReads, pointOf, type SunSpecMap, scaled, words } from "@csj/sunspec";
import type { LimiterFacts, MapVerification, PowerLimiter, Prepared, ReadBack } from "./abilities.ts";
import { errors } from "./errors.ts";
import {
  checkedLimit,
  factsOf,
  type LimiterOptions,
  UnitPort,
  unknownFacts,
  verificationOf,
  wholeCounts,
} from "./limiter-common.ts";
import type { LimiterEntry, SunSpecProfile } from "./profile.ts";
import { ResumedReads } from "./resumed.ts";
import { ABSENT, blockOf, blocks, heldOf, isLimit, optional } from "./sunspec-blocks.ts";

interface Control {
  readonly found: FoundModel;
  readonly entry: LimiterEntry;
  readonly rated: Watts;
  /** Raw counts in 100 %. */
  readonly full: number;
  /** What the registers of the limit held: a device that does not implement one of them shows it there. */
  readonly held: readonly number[];
  readonly silenceSeconds: number;
}

export class SunSpecLimiter implements PowerLimiter {
  readonly id: string;
  readonly verification: MapVerification;
  readonly #profile: SunSpecProfile;
  readonly #unit: number;
  readonly #port: UnitPort;
  readonly #options: LimiterOptions;
  readonly #resumed: ResumedReads;
  readonly #asking: UnitPort;
  #control: Control | undefined;
  #facts: LimiterFacts = unknownFacts;

  constructor(profile: SunSpecProfile, access: RegisterAccess, unit: number, options: LimiterOptions) {
    this.id = options.id;
    this.verification = verificationOf(profile);
    this.#profile = profile;
    this.#unit = unit;
    this.#port = new UnitPort(access, unit, options.timeout);
    this.#options = options;
    this.#resumed = new ResumedReads(access);
    this.#asking = this.#port.through(this.#resumed);
  }

  get facts(): LimiterFacts {
    return this.#facts;
  }

  prepare(): Promise<Prepared> {
    return this.#resumed.attempt(() => this.#prepare());
  }

  async #prepare(): Promise<Prepared> {
    const map = await discover(this.#resumed, this.#unit, this.#timeout());
    const { entry, found } = this.#choose(map);
    const { rated, nameplate } = await this.#ratings(map, entry.model);
    const { full, held } = await this.#scale(found, entry.model);
    const silenceSeconds =
      this.#options.silence === undefined ? entry.silence_s : Math.ceil(this.#options.silence / 1000);
    this.#control = { found, entry, rated, full, held, silenceSeconds };
    this.#facts = factsOf(silent(entry, silenceSeconds), `SunSpec ${entry.model} WMaxLimPct`, 1 / full, silenceSeconds);
    return rated < nameplate ? { rated, staticLimit: rated } : { rated };
  }

  async limitTo(limit: Watts): Promise<Watts> {
    const control = this.#prepared();
    const asked = checkedLimit(this.id, limit);
    const raw = rawLimit(asked, control);
    await this.#write(control, raw);
    return Watts(Math.min((raw * control.rated) / control.full, asked));
  }

  async readBack(): Promise<ReadBack> {
    const control = this.#prepared();
    const { found, entry, rated, full } = control;
    const { first, size } = blocks[entry.model];
    const address = found.address + pointOf(modelOf(found.id), first).offset;
    const answer = await this.#port.read(3, address, size);
    const raw = [...answer.words];
    // After a restart the times are what they were as delivered, and are written anew.
    this.#control = { ...control, held: raw };
    const { on, count } = heldOf(entry.model, raw);
    const rest = { applied: undefined, raw, measuredMonotonic: answer.receivedMonotonic };
    if (entry.readable === false || on === ABSENT || count === ABSENT) {
      return { state: "unreadable", limit: undefined, ...rest };
    }
    if (on !== 1) return { state: "released", limit: undefined, ...rest };
    return { state: "limited", limit: Watts((count * rated) / full), ...rest };
  }

  #prepared(): Control {
    if (this.#control !== undefined) return this.#control;
    throw errors.DEVICE_NOT_PREPARED(`${this.id} was asked for a limit before prepare().`);
  }

  #choose(map: SunSpecMap): { entry: LimiterEntry; found: FoundModel } {
    for (const entry of this.#profile.limiter) {
      const found = map.models.find((model) => model.id === entry.model);
      if (found !== undefined) return { entry, found };
    }
    const wanted = this.#profile.limiter.map((entry) => entry.model).join(" or ");
    throw errors.DEVICE_MODEL_MISSING(`${this.id} has no SunSpec model ${wanted}: it cannot be limited.`);
  }

  /** The set maximum where there is one, since the percentage is of it; the nameplate's rating otherwise. */
  async #ratings(map: SunSpecMap, model: 123 | 704): Promise<{ rated: Watts; nameplate: number }> {
    const set = await this.#first(map, model === 704 ? 702 : 121, "WMax");
    const nameplate = await this.#first(map, model === 704 ? 702 : 120, model === 704 ? "WMaxRtg" : "WRtg");
    if (set > 0) return { rated: Watts(set), nameplate };
    if (nameplate > 0) return { rated: Watts(nameplate), nameplate };
    throw errors.DEVICE_MODEL_MISSING(`${this.id} states no rating: a limit in percent has no meaning.`);
  }

  async #first(map: SunSpecMap, id: number, point: string): Promise<number> {
    const found = map.models.find((model) => model.id === id);
    return found === undefined ? Number.NaN : this.#value(found, point);
  }

  /** The scale of the percentage, and what the registers that will be written hold now, in one answer. */
  async #scale(found: FoundModel, model: 123 | 704): Promise<{ full: number; held: number[] }> {
    const { first, size } = blocks[model];
    const from = pointOf(modelOf(model), first).offset;
    const to = pointOf(modelOf(model), "WMaxLimPct_SF").offset;
    const answer = await this.#asking.read(3, found.address + from, to - from + 1);
    const step = scaled(1, words.i16(answer.words, to - from));
    if (step > 0 && step <= 100) return { full: 100 / step, held: [...answer.words.subarray(0, size)] };
    throw errors.DEVICE_MODEL_MISSING(`${this.id} gives no usable scale factor WMaxLimPct_SF in model ${model}.`);
  }

  async #value(found: FoundModel, name: string): Promise<number> {
    const read = planReads(found, [name]).reads[0];
    const point = read?.points[0];
    if (read === undefined || point === undefined) return Number.NaN;
    const answer = await this.#asking.read(3, read.address, read.count);
    const raw = point.read(answer.words, point.at);
    return point.scaleAt < 0 ? raw : scaled(raw, words.i16(answer.words, point.scaleAt));
  }

  async #write(control: Control, raw: number): Promise<void> {
    const { found, entry, held, silenceSeconds } = control;
    const fallback = rawLimit(this.#options.fallback ?? Watts(0), control);
    const wanted = blockOf(entry.model, { count: raw, fallback, silenceSeconds });
    const block = wanted.map((word, at) => (optional(entry.model, at) && held[at] === ABSENT ? ABSENT : word));
    const address = found.address + pointOf(modelOf(found.id), blocks[entry.model].first).offset;
    if (entry.write === "block") return this.#port.write(16, address, block);
    for (const [at, word] of block.entries()) {
      if (isLimit(entry.model, at) || word !== held[at]) await this.#port.write(6, address + at, [word]);
    }
  }

  #timeout(): Pick<LimiterOptions, "timeout"> {
    return this.#options.timeout === undefined ? {} : { timeout: this.#options.timeout };
  }
}

/** Without a timer a standard model keeps its limit, unless the profile knows less than that. */
function silent(entry: LimiterEntry, silenceSeconds: number): LimiterEntry {
  return silenceSeconds > 0 || entry.on_silence === "unknown" ? entry : { ...entry, on_silence: "keeps" };
}

/** Rounded down: what is written is never a step above what was asked. A negative limit is 0 and never wraps around. */
function rawLimit(limit: Watts, { rated, full }: Control): number {
  return wholeCounts((Math.min(Math.max(limit, 0), rated) * full) / rated);
}

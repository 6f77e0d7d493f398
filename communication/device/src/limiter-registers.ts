/**
 * Limits an inverter through its maker's registers, as the profile describes them. The registers that make a limit
 * possible are written before the first one and again whenever the device is found without them; what it holds already is
 * not written again, since some of these registers wear out. Switching a limit on can only lower the output, so it comes
 * before the limit: several makes refuse the limit while it is off.
 */
import type { RegisterAccess } from "@csj/modbus";
import { Watts } from "@csj/quantity";
import type { LimiterFacts, MapVerification, PowerLimiter, Prepared, ReadBack } from "./abilities.ts";
import { factorOf } from "./decimal.ts";
import { errors } from "./errors.ts";
import {
  checkedLimit,
  factsOf,
  type LimiterOptions,
  ratedOf,
  UnitPort,
  unknownFacts,
  unlessRefused,
  verificationOf,
} from "./limiter-common.ts";
import { PowerCount, wordsIn } from "./limiter-count.ts";
import type { Profile, WordOrder } from "./profile.ts";
import type { FixedWrite, LimitRead, RatedRead, RegisterLimit, Required } from "./profile-limit.ts";
import { registerReader, sizes } from "./register.ts";
import { ResumedReads } from "./resumed.ts";

interface Control {
  readonly entry: RegisterLimit;
  readonly rated: Watts;
  readonly ceiling: Watts;
  readonly count: PowerCount;
}

export class RegisterLimiter implements PowerLimiter {
  readonly id: string;
  readonly verification: MapVerification;
  readonly #entries: readonly RegisterLimit[];
  readonly #order: WordOrder;
  readonly #port: UnitPort;
  readonly #options: LimiterOptions;
  readonly #resumed: ResumedReads;
  readonly #asking: UnitPort;
  #control: Control | undefined;
  #enabled = false;
  #facts: LimiterFacts = unknownFacts;

  constructor(
    profile: Profile,
    entries: readonly RegisterLimit[],
    access: RegisterAccess,
    unit: number,
    options: LimiterOptions,
  ) {
    this.id = options.id;
    this.verification = verificationOf(profile);
    this.#entries = entries;
    this.#order = profile.kind === "registers" ? profile.bus.order : "msw-first";
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
    const entry = await this.#choose();
    for (const required of entry.require ?? []) await this.#check(required);
    const rated = ratedOf(this.id, await this.#stated(entry.rated), this.#options.rated);
    const held = await this.#static(entry.static, rated);
    const fixed = held >= 0 && held < rated ? Watts(held) : undefined;
    const count = new PowerCount(entry.set, rated, this.#order);
    this.#control = { entry, rated, ceiling: fixed ?? rated, count };
    this.#enabled = false;
    this.#facts = factsOf(entry, entry.what, count.step / rated, this.#silenceSeconds(entry));
    return fixed === undefined ? { rated } : { rated, staticLimit: fixed };
  }

  async limitTo(limit: Watts): Promise<Watts> {
    const { entry, ceiling, count } = this.#prepared();
    const asked = Watts(Math.min(checkedLimit(this.id, limit), ceiling));
    const counts = count.countOf(asked);
    const wasEnabled = this.#enabled;
    // Until all of it is written nobody knows what the device holds.
    this.#enabled = false;
    if (!wasEnabled) await this.#enable();
    await this.#port.write(entry.set.write, entry.set.address, count.wordsOf(counts));
    for (const { write, address, words } of entry.commit) await this.#port.write(write, address, words);
    this.#enabled = true;
    return Watts(Math.min(count.wattsOf(counts), asked));
  }

  async readBack(): Promise<ReadBack> {
    const { entry, rated, count } = this.#prepared();
    const applied = await this.#applied(entry, rated);
    if (entry.set.readable === false) return applied;
    const on = await this.#isOn(entry);
    const answer = await this.#port.read(3, entry.set.address, count.size);
    const counts = count.countFrom(answer.words);
    const released = !on || entry.set.released?.includes(counts) === true;
    // A device that lost its switch is switched on again with the next limit.
    if (released) this.#enabled = false;
    const limited = !released && !Number.isNaN(counts);
    return {
      state: released ? "released" : limited ? "limited" : "unreadable",
      limit: limited ? count.wattsOf(counts) : undefined,
      applied: applied.applied,
      raw: [...answer.words],
      measuredMonotonic: answer.receivedMonotonic,
    };
  }

  #prepared(): Control {
    if (this.#control !== undefined) return this.#control;
    throw errors.DEVICE_NOT_PREPARED(`${this.id} was asked for a limit before prepare().`);
  }

  /** The first entry whose register answers; the last one is not asked for, since nothing could follow it. */
  async #choose(): Promise<RegisterLimit> {
    for (const entry of this.#entries.slice(0, -1)) {
      if (await this.#has(entry)) return entry;
    }
    return this.#entries.at(-1) as RegisterLimit;
  }

  async #has({ set }: RegisterLimit): Promise<boolean> {
    return (await unlessRefused(this.#asking.read(3, set.address, sizes[set.type]))) !== undefined;
  }

  async #check({ what, address, words }: Required): Promise<void> {
    const answer = await unlessRefused(this.#asking.read(3, address, words.length));
    if (words.every((word, at) => answer?.words[at] === word)) return;
    const held = answer === undefined ? "refuses to say" : `holds ${[...answer.words].join(", ")}`;
    throw errors.DEVICE_LIMIT_OFF(`${this.id} would ignore a limit: ${what} (${address}) ${held}.`);
  }

  /** Undefined where the device states none that can be: then the configuration must. */
  async #stated(rated: RatedRead | undefined): Promise<number | undefined> {
    if (rated === undefined) return undefined;
    const answer = await this.#asking.read(rated.function, rated.address, sizes[rated.type]);
    const { times, over } = factorOf(rated.scale ?? "1");
    const watts = (registerReader(rated.type, rated.order ?? this.#order, "largest")(answer.words, 0) * times) / over;
    const [low, high] = rated.range;
    return watts >= low && watts <= high ? watts : undefined;
  }

  /** NaN where there is none, or where the device refuses to say. */
  async #static(from: LimitRead | undefined, rated: Watts): Promise<number> {
    if (from === undefined) return Number.NaN;
    const count = new PowerCount(from, rated, this.#order);
    const answer = await unlessRefused(this.#asking.read(from.function, from.address, count.size));
    return answer === undefined ? Number.NaN : count.wattsOf(count.countFrom(answer.words));
  }

  async #applied({ applied }: RegisterLimit, rated: Watts): Promise<ReadBack> {
    const none = { state: "unreadable", limit: undefined, applied: undefined } as const;
    if (applied === undefined) return { ...none, raw: [], measuredMonotonic: undefined };
    const count = new PowerCount(applied, rated, this.#order);
    const answer = await unlessRefused(this.#port.read(applied.function, applied.address, count.size));
    const rest = { raw: [...(answer?.words ?? [])], measuredMonotonic: answer?.receivedMonotonic };
    const counts = answer === undefined ? Number.NaN : count.countFrom(answer.words);
    if (Number.isNaN(counts)) return { ...none, ...rest };
    const limit = count.wattsOf(counts);
    return { state: "limited", limit, applied: limit, ...rest };
  }

  async #isOn(entry: RegisterLimit): Promise<boolean> {
    if (entry.switch === undefined) return true;
    const { address, function: code, on } = entry.switch;
    return (await this.#port.read(code, address, 1)).words[0] === on;
  }

  async #enable(): Promise<void> {
    const { entry } = this.#prepared();
    for (const fixed of entry.enable) {
      const written = this.#writeOnce(fixed);
      await (fixed.optional === true ? unlessRefused(written) : written);
    }
    for (const fixed of this.#silenceWrites()) await this.#writeOnce(fixed);
  }

  async #writeOnce({ address, words, write, readable }: Omit<FixedWrite, "what">): Promise<void> {
    if (readable !== false) {
      const answer = await this.#port.read(3, address, words.length);
      if (words.every((word, at) => answer.words[at] === word)) return;
    }
    await this.#port.write(write, address, words);
  }

  #silenceWrites(): Omit<FixedWrite, "what">[] {
    const { entry, rated } = this.#prepared();
    const { timeout, fallback } = entry.silence ?? {};
    const writes: Omit<FixedWrite, "what">[] = [];
    if (fallback !== undefined) {
      const count = new PowerCount(fallback, rated, this.#order);
      const words = count.wordsOf(count.countOf(this.#options.fallback ?? 0));
      writes.push({ address: fallback.address, words, write: fallback.write });
    }
    if (timeout !== undefined) {
      const { times, over } = factorOf(timeout.scale ?? "1");
      const counts = Math.ceil((this.#silenceSeconds(entry) * over) / times);
      const words = wordsIn(counts, sizes[timeout.type], timeout.order ?? this.#order);
      writes.push({ address: timeout.address, words, write: timeout.write });
    }
    return writes;
  }

  /** The caller's time counts only where the device can be told one. */
  #silenceSeconds(entry: RegisterLimit): number {
    const { silence } = this.#options;
    if (silence === undefined || entry.silence?.timeout === undefined) return entry.silence_s;
    return Math.ceil(silence / 1000);
  }
}

/**
 * One inverter that is limited: what it said that it is, what it was told and confirmed, and whether its register still
 * holds that. A failure here is the unit's state and never an error of the cycle.
 */
import type { PowerLimiter, ReadBack } from "@csj/device";
import type { FleetUnit, PhasedTimed, UnitImage } from "@csj/export-limit";
import { isCoded } from "@csj/fault";
import { type Instant, Millis, Watts } from "@csj/quantity";
import type { DeviceConfig } from "../config/schema.ts";
import type { Health } from "../health.ts";
import { shouldWrite, type Written } from "../writes/write-policy.ts";
import type { WriteBook } from "./write-book.ts";

/** Writes in a row that may be lost before the device counts as one that may have changed, and is asked what it is. */
const WRITES_LOST_MAX = 5;
/** A register that holds more than this above ours, as a share of the rating, was written by somebody else. */
const FOREIGN_OVER = 0.01;
/** One look that found another master, or a restart, is told for this long. */
const FOUND_FOR_MS = 60_000;

export interface UnitDeps {
  readonly config: DeviceConfig;
  readonly limiter: PowerLimiter;
  readonly health: Health;
  /** Without a confirmed command for longer than this it counts as unreachable. */
  readonly unreachableAfter: Millis;
  /** The register is read back this often. Between two looks the output tells. */
  readonly readBackEvery: Millis;
  /** What it falls to by itself, where it can. */
  readonly fallback: Watts;
}

export class Unit {
  readonly id: string;
  readonly #deps: UnitDeps;
  readonly #book: WriteBook;
  #rated: Watts | undefined;
  #staticLimit: Watts | undefined;
  #prepared = false;
  #last: Written | undefined;
  #held: { limit: Watts; at: Millis } | undefined;
  /** Writes that failed one after the other. */
  #failures = 0;
  /** When it last held what it was told; before that, when it was asked first. */
  #heldAt: Millis | undefined;
  #readBackAt = Millis(0);
  #found: { readonly what: "restarted" | "foreign"; readonly at: Millis } | undefined;

  constructor(deps: UnitDeps, book: WriteBook) {
    this.id = deps.config.id;
    this.#deps = deps;
    this.#book = book;
    this.#rated = deps.config.rated_w === undefined ? undefined : Watts(deps.config.rated_w);
  }

  /** Undefined until the device said it. */
  get rated(): Watts | undefined {
    return this.#rated;
  }

  get prepared(): boolean {
    return this.#prepared;
  }

  untaken(now: Millis): number {
    return now - (this.#heldAt ?? now);
  }

  spec(): FleetUnit {
    const { config, limiter } = this.#deps;
    const { floor, quantum, settle } = limiter.facts;
    const ramp = config.ramp_percent_per_s;
    return {
      id: this.id,
      rated: this.#rated ?? Watts(0),
      phase: config.phase ?? "all",
      floor,
      quantum,
      deadTime: Millis(config.dead_time_ms ?? DEAD_TIME_MS),
      response:
        ramp === undefined
          ? { kind: "first-order", time: Millis(config.tau_ms ?? Math.max(TAU_MS, settle / 3)) }
          : { kind: "ramp", time: Millis(100_000 / ramp) },
      ...this.#silence(),
      ...(this.#staticLimit === undefined ? {} : { cap: this.#staticLimit }),
    };
  }

  #silence(): Pick<FleetUnit, "silence"> {
    const { onSilence, silenceTimeout } = this.#deps.limiter.facts;
    const timeout = silenceTimeout === undefined ? {} : { timeout: silenceTimeout };
    return { silence: { onSilence, ...timeout, fallback: this.#deps.fallback } };
  }

  image(now: Millis, output: PhasedTimed | undefined): UnitImage {
    const found = this.#found !== undefined && now - this.#found.at <= FOUND_FOR_MS ? this.#found.what : undefined;
    return {
      id: this.id,
      output,
      reachable: this.#prepared && this.untaken(now) <= this.#deps.unreachableAfter,
      held: this.#held,
      restarted: found === "restarted",
      foreign: found === "foreign",
    };
  }

  /** What it holds is not known any more: it is written anew. */
  forget(): void {
    this.#last = undefined;
  }

  /** Asks it what it is, where it has not said so, or failed since. */
  async prepare(now: Millis): Promise<void> {
    this.#heldAt ??= now;
    const { limiter, health } = this.#deps;
    if (this.#prepared || !health.askable(now)) return;
    try {
      const { rated, staticLimit } = await limiter.prepare();
      this.#rated = rated;
      // Once seen it stands: a device that forgot it after a restart is not released by us.
      this.#staticLimit = this.#book.staticLimit(this.id, rated, staticLimit);
      this.#prepared = true;
      health.answered(now);
    } catch (error) {
      health.failed(now, error);
    }
  }

  /** @param wall absent while the clock is not trusted */
  async command(limit: Watts, now: Millis, wall: Instant | undefined): Promise<void> {
    const { limiter, health } = this.#deps;
    const { facts } = limiter;
    if (!this.#prepared || this.#rated === undefined || !health.askable(now)) return;
    const isSpent = facts.memory === "eeprom" && this.#book.isSpent(this.id, facts, wall);
    if (!shouldWrite(limit, this.#last, { facts, rated: this.#rated, now, isSpent })) {
      this.#heldAt = now;
      return;
    }
    this.#book.wrote(this.id, facts, wall);
    try {
      this.#last = { watts: await limiter.limitTo(limit), at: now };
      this.#held = { limit: this.#last.watts, at: now };
      this.#failures = 0;
      this.#heldAt = now;
      health.answered(now);
    } catch (error) {
      this.#writeFailed(error);
      health.failed(now, error);
    }
  }

  /** Looks whether the register still holds what was written; after another's write ours is written anew. */
  async readBack(now: Millis): Promise<void> {
    const { limiter, health } = this.#deps;
    const last = this.#last;
    if (limiter.readBack === undefined || last === undefined || !this.#prepared || !health.askable(now)) return;
    if (now - this.#readBackAt < this.#deps.readBackEvery) return;
    this.#readBackAt = now;
    try {
      this.#compare(await limiter.readBack(), last, now);
    } catch (error) {
      health.failed(now, error);
    }
  }

  #compare({ state, limit }: ReadBack, last: Written, now: Millis): void {
    if (state === "unreadable") return;
    const over = (limit ?? Number.POSITIVE_INFINITY) - last.watts;
    if (state === "limited" && !(over > FOREIGN_OVER * (this.#rated ?? 0))) return;
    this.#found = { what: state === "released" ? "restarted" : "foreign", at: now };
    this.#last = undefined;
    this.#held = limit === undefined ? undefined : { limit, at: now };
  }

  /**
   * What the device holds is not known any more: it may have restarted without its limit, so it is written anew. One that
   * refuses, or was silent for long, may have another layout: it is asked first. One lost answer is no reason to, since on
   * a noisy line all the questions would cost the limit more than they are worth.
   */
  #writeFailed(error: unknown): void {
    this.#last = undefined;
    this.#failures += 1;
    const lost = isCoded(error) && error.entry.fault === "wire";
    if (lost && this.#failures < WRITES_LOST_MAX) return;
    this.#failures = 0;
    this.#prepared = false;
  }
}

/** Where commissioning has not measured it: what most inverters need. */
const DEAD_TIME_MS = 1_000;
const TAU_MS = 1_000;

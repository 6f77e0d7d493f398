/**
 * What the inverters' registers have borne and what an installer left in them, over restarts: the counts of writes by UTC
 * day, and each device's static limit as it was met first. Kept once a minute and at the end; a loss of power forgets a
 * minute's counts.
 */
import { join } from "node:path";
import type { LimiterFacts } from "@csj/device";
import type { Instant, Millis, Watts } from "@csj/quantity";
import type { Log } from "@csj/runtime";
import { readIfThere, writeDurably } from "../durable-file.ts";
import { budgetOf, counted, fromDurable, onDay, toDurable, type WriteCounts } from "../writes/counter.ts";
import { met, type StaticLimits, staticFromDurable, staticOf, staticToDurable } from "../writes/static-limit.ts";

const EVERY_MS = 60_000;

export class WriteBook {
  readonly #path: string;
  readonly #log: Log;
  readonly #lasting: boolean;
  #counts: WriteCounts;
  #statics: StaticLimits;
  #changed = false;
  #keptAt: Millis | undefined;
  readonly #told = new Set<string>();

  /** @param lasting false where a loss of power need not be survived: then it is kept at the end alone */
  constructor(home: string, log: Log, lasting = true) {
    this.#lasting = lasting;
    this.#path = join(home, "writes.json");
    this.#log = log;
    const past = parsed(readIfThere(this.#path));
    this.#counts = fromDurable(past?.counts);
    this.#statics = staticFromDurable(past?.static_limits);
  }

  /** The installer's limit of a device, as it was met first; `found` is what the device says now. */
  staticLimit(device: string, rated: Watts, found: Watts | undefined): Watts | undefined {
    this.#statics = met(this.#statics, device, { limit: found ?? rated, rated, isOn: found !== undefined }, false);
    this.#changed = true;
    return staticOf(this.#statics, device);
  }

  /** A write that was sent, answered or not. */
  wrote(device: string, { register = "limit", memory }: LimiterFacts, wall: Instant | undefined): void {
    const name = `${device}/${register}`;
    this.#counts = counted(this.#counts, name, wall);
    this.#changed = true;
    if (memory !== "eeprom" || this.today(name) < budgetOf(this.#counts, name).perDay || this.#told.has(name)) return;
    this.#told.add(name);
    this.#log.warn("a register that wears out has had its writes of today: it gets steps down only", {
      register: name,
    });
  }

  isSpent(device: string, { register = "limit" }: LimiterFacts, wall: Instant | undefined): boolean {
    const before = this.#counts.day;
    this.#counts = onDay(this.#counts, wall);
    if (this.#counts.day !== before) this.#told.clear();
    return budgetOf(this.#counts, `${device}/${register}`).level === "spent";
  }

  /** Of a register that is named `DEVICE/REGISTER`. */
  today(name: string): number {
    return this.#counts.today[name] ?? 0;
  }

  /** Where the last time is a minute ago, or at once where no time is given. */
  keep(now?: Millis): void {
    const due = now === undefined || (this.#lasting && now - (this.#keptAt ?? Number.NEGATIVE_INFINITY) >= EVERY_MS);
    if (!this.#changed || !due) return;
    this.#keptAt = now ?? this.#keptAt;
    const kept = { counts: toDurable(this.#counts), static_limits: staticToDurable(this.#statics) };
    try {
      writeDurably(this.#path, `${JSON.stringify(kept)}\n`);
      this.#changed = false;
    } catch (error) {
      this.#log.error("the counts of writes cannot be kept", { says: String(error) });
    }
  }
}

/** Null stands for a file that cannot be read, which is not the same as none. */
function parsed(text: string | undefined): { readonly counts?: unknown; readonly static_limits?: unknown } | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as { counts?: unknown; static_limits?: unknown } | null;
    return { counts: value?.counts ?? null, static_limits: value?.static_limits ?? null };
  } catch {
    return { counts: null, static_limits: null };
  }
}

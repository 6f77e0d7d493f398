/**
 * What a held site must still know after a loss of power: state, counted excursions, the rest of a lockout, a stop by
 * hand. Written before the cycle goes on where it says something new, and every ten seconds where only time has passed:
 * a lockout that was cut off is then longer by that, never shorter.
 */
import { join } from "node:path";
import { type DurableMode, fromDurable, type ModeState, mustKeep, type Standard, toDurable } from "@csj/export-limit";
import type { Millis } from "@csj/quantity";
import type { Log } from "@csj/runtime";
import { readIfThere, writeDurably } from "../durable-file.ts";
import { errors } from "../errors.ts";

const EVERY_MS = 10_000;

interface Kept {
  readonly mode: DurableMode;
  readonly stopped: boolean;
}

export interface Past {
  readonly mode: ModeState;
  readonly stopped: boolean;
}

export class HoldFile {
  readonly #path: string;
  readonly #log: Log;
  readonly #lasting: boolean;
  #kept: Kept | undefined;
  #keptAt = Number.NEGATIVE_INFINITY;
  #failing = false;
  #counts = true;

  /** @param lasting false where a loss of power need not be survived: then nothing is kept */
  constructor(home: string, log: Log, lasting = true) {
    this.#lasting = lasting;
    this.#path = join(home, "hold.json");
    this.#log = log;
  }

  /** A file that cannot be read is a start at the safe limit that waits, and no stop that stands is forgotten by it. */
  read(standard: Standard): Past {
    this.#counts = standard.excursions !== undefined;
    const text = readIfThere(this.#path);
    if (text === undefined) return { mode: fromDurable(undefined, standard), stopped: false };
    const past = parsed(text);
    if (past === undefined) {
      this.#log.error(errors.GATEWAY_HOLD_UNREADABLE(`${this.#path} cannot be read.`).describe(), {
        code: "GATEWAY_HOLD_UNREADABLE",
      });
    }
    return { mode: fromDurable(past?.mode ?? null, standard), stopped: past?.stopped !== false };
  }

  /** A disk that is full changes nothing about the limit: what is not written is tried again at the next cycle. */
  keep(state: ModeState, stopped: boolean, now: Millis): void {
    if (!this.#lasting) return;
    const mode = toDurable(state);
    // An excursion under way matters only to who counts them; else each passing one would be two writes to the disk.
    const next: Kept = { mode: this.#counts ? mode : { ...mode, excursion: false }, stopped };
    const isNew = mustKeep(this.#kept?.mode, next.mode) || this.#kept?.stopped !== stopped;
    const runsDown = next.mode.lockout_left_ms > 0 || next.mode.counted_left_ms.length > 0;
    if (!isNew && !(runsDown && now - this.#keptAt >= EVERY_MS)) return;
    try {
      writeDurably(this.#path, `${JSON.stringify(next)}\n`);
      this.#kept = next;
      this.#keptAt = now;
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) this.#log.error("the site's state cannot be kept", { says: String(error) });
      this.#failing = true;
    }
  }
}

function parsed(text: string): { readonly mode?: unknown; readonly stopped?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A cover's switch, mechanical or optical. A level counts after 50 ms in which it did not change. A contact that chatters
 * (a loose spring, or somebody who wants to fill the log) counts as open until it has been quiet for a minute, so one
 * input makes no more than a handful of entries an hour.
 */
import type { SwitchKind } from "./kind.ts";
import type { OccurrenceListener } from "./occurrence.ts";

export interface SwitchSpec {
  readonly kind: SwitchKind;
  /** Level of the input while the cover is open. */
  readonly openWhen: "high" | "low";
}

export const DEBOUNCE_MS = 50;
/** More changes than this within a minute are chatter. */
export const CHANGES_MAX = 4;
export const QUIET_MS = 60_000;

export class SwitchInput {
  readonly #spec: SwitchSpec;
  readonly #say: OccurrenceListener;
  #isOpen = false;
  #level = false;
  #since = Number.NaN;
  #changes = 0;
  #firstChange = Number.NEGATIVE_INFINITY;
  #isChattering = false;

  /** @param isOpen as the log had it last; the first level that differs is a change */
  constructor(spec: SwitchSpec, say: OccurrenceListener, isOpen = false) {
    this.#spec = spec;
    this.#say = say;
    this.#isOpen = isOpen;
    this.#level = isOpen;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The input's level as it is at `at` (ms, ascending): on each change, or polled. */
  level(isHigh: boolean, at: number): void {
    this.tick(at);
    const open = isHigh === (this.#spec.openWhen === "high");
    if (open === this.#level) return;
    this.#level = open;
    this.#since = at;
    this.#count(at);
  }

  /** Time goes by: to be called at least every 100 ms while inputs report changes only. */
  tick(at: number): void {
    if (Number.isNaN(this.#since)) return;
    const quiet = this.#isChattering ? QUIET_MS : DEBOUNCE_MS;
    if (at - this.#since < quiet) return;
    const since = this.#since;
    this.#since = Number.NaN;
    this.#isChattering = false;
    if (this.#level !== this.#isOpen) this.#set(this.#level, since);
  }

  #count(at: number): void {
    if (at - this.#firstChange > QUIET_MS) {
      this.#firstChange = at;
      this.#changes = 0;
    }
    this.#changes += 1;
    if (this.#changes <= CHANGES_MAX || this.#isChattering) return;
    this.#isChattering = true;
    if (!this.#isOpen) this.#set(true, at, CHATTER_CONFIDENCE);
  }

  #set(isOpen: boolean, at: number, confidence = 100): void {
    this.#isOpen = isOpen;
    this.#say({ kind: this.#spec.kind, phase: 0, edge: isOpen ? "start" : "end", at, confidence });
  }
}

/** A loose contact and an opened cover look alike. */
const CHATTER_CONFIDENCE = 50;

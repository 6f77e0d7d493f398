/**
 * From "it looks so now" to "it is so": evidence is gathered over time. Time for it counts up, time against it counts
 * down, and what cannot be judged (no load, no time of day) counts neither way, so that neither a single cycle nor a
 * cloud makes or ends anything. The start and the end are where the evidence began, not where it was enough.
 */
import type { TamperKind, TamperPhase } from "./kind.ts";
import type { OccurrenceListener } from "./occurrence.ts";

export interface ConditionSpec {
  readonly kind: TamperKind;
  readonly phase: TamperPhase;
  /** Seconds of evidence after which it has started, or has ended. */
  readonly onSeconds: number;
  readonly offSeconds: number;
  /** 0 to 1: how far the evidence can be trusted at its best. */
  readonly certainty: number;
}

export class Condition {
  readonly #spec: ConditionSpec;
  readonly #say: OccurrenceListener;
  #isOn = false;
  /** Seconds of evidence for the change that is under way. */
  #score = 0;
  #began = Number.NaN;
  #for = 0;
  #all = 0;

  constructor(spec: ConditionSpec, say: OccurrenceListener) {
    this.#spec = spec;
    this.#say = say;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /**
   * @param isPresent undefined where it cannot be judged
   * @param seconds that this was so, up to `at` (UTC ms)
   */
  update(isPresent: boolean | undefined, seconds: number, at: number): void {
    if (isPresent === undefined) return;
    const isChange = isPresent !== this.#isOn;
    if (this.#score === 0) {
      if (!isChange) return;
      this.#begin(at - seconds * 1000);
    }
    this.#score += isChange ? seconds : -seconds;
    this.#all += seconds;
    if (isChange) this.#for += seconds;
    if (this.#score <= 0) this.#score = 0;
    if (this.#score + EPSILON >= (this.#isOn ? this.#spec.offSeconds : this.#spec.onSeconds)) this.#turn();
  }

  #begin(at: number): void {
    this.#began = at;
    this.#for = 0;
    this.#all = 0;
  }

  #turn(): void {
    this.#isOn = !this.#isOn;
    this.#score = 0;
    const { kind, phase, certainty } = this.#spec;
    const confidence = Math.round((100 * certainty * this.#for) / this.#all);
    this.#say({ kind, phase, edge: this.#isOn ? "start" : "end", at: this.#began, confidence });
  }
}

/** Sums of windows of 0.2 s miss a whole second by a rounding. */
const EPSILON = 1e-9;

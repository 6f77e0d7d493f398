/**
 * One kind of event over all voltages. A dip begins when any voltage is beyond and ends when all are back; an
 * interruption begins when all are beyond and ends when any is back (IEC 61000-4-30, 5.4.2 and 5.5). A voltage that is
 * not measured is neither beyond nor back: an event does not end because nobody looks.
 */
import { crossing, partChanged, type Step } from "./crossing.ts";

export interface TrackerRule {
  readonly direction: "below" | "above";
  readonly begins: "any" | "all";
  /** Parts of the reference voltage. */
  readonly threshold: number;
  readonly hysteresis: number;
}

export class Tracker {
  active = false;
  /** While it lasts, where the threshold was passed; once it has ended, where the voltage changed. */
  startPosition = Number.NaN;
  endPosition = Number.NaN;
  /** The Urms(1/2) that went furthest, V, and as a part of its reference. */
  extreme = Number.NaN;
  part = Number.NaN;
  /** By voltage: crossed the threshold while it lasted. */
  readonly involved: boolean[];
  /** Length of the cycle in which it began, in samples. */
  #cycle = 0;
  readonly #rule: TrackerRule;
  readonly #sign: number;

  constructor(rule: TrackerRule, voltages: number) {
    this.#rule = rule;
    this.#sign = rule.direction === "below" ? 1 : -1;
    this.involved = new Array<boolean>(voltages).fill(false);
  }

  /**
   * Takes a half cycle of all voltages.
   * @param reference V, by voltage
   * @returns what happened: "begun", "ended" or undefined
   */
  take(step: Step, reference: Float64Array): "begun" | "ended" | undefined {
    if (this.active && this.#isOver(step.is, reference)) {
      this.#end(step, reference);
      return "ended";
    }
    if (this.active) this.#note(step.is, reference);
    else if (this.#isOn(step.is, reference)) return this.#begin(step, reference);
    return undefined;
  }

  /** The stream breaks off at this position. */
  breakOff(position: number): void {
    this.active = false;
    this.startPosition -= partChanged(this.#rule.threshold, this.part) * this.#cycle;
    this.endPosition = Math.max(position, this.startPosition);
  }

  #end(step: Step, reference: Float64Array): void {
    const back = this.#backLevel();
    const passed = this.#passed(step, reference, back, this.#rule.begins === "any");
    this.breakOff(passed - (1 - partChanged(back, this.part)) * this.#cycle);
  }

  #begin(step: Step, reference: Float64Array): "begun" {
    this.active = true;
    this.#cycle = Number.isNaN(step.before) ? 0 : 2 * (step.end - step.before);
    this.startPosition = this.#passed(step, reference, this.#rule.threshold, this.#rule.begins === "all");
    this.involved.fill(false);
    this.part = Number.NaN;
    this.#note(step.is, reference);
    return "begun";
  }

  #backLevel(): number {
    return this.#rule.threshold + this.#sign * this.#rule.hysteresis;
  }

  #beyond(part: number): boolean {
    return this.#sign * part < this.#sign * this.#rule.threshold;
  }

  #back(part: number): boolean {
    return this.#sign * part >= this.#sign * this.#backLevel();
  }

  #isOn(is: Float64Array, reference: Float64Array): boolean {
    const all = this.#rule.begins === "all";
    for (let k = 0; k < is.length; k++) {
      if (this.#beyond(is[k]! / reference[k]!) !== all) return !all;
    }
    return all && is.length > 0;
  }

  #isOver(is: Float64Array, reference: Float64Array): boolean {
    const all = this.#rule.begins === "any";
    for (let k = 0; k < is.length; k++) {
      if (this.#back(is[k]! / reference[k]!) !== all) return !all;
    }
    return all;
  }

  /** First or last position at which a voltage went through a level within this half cycle. */
  #passed(step: Step, reference: Float64Array, level: number, last: boolean): number {
    const { was, is } = step;
    let found = Number.NaN;
    for (let k = 0; k < is.length; k++) {
      const volts = level * reference[k]!;
      if (was[k]! < volts === is[k]! < volts) continue;
      const at = crossing(step, was[k]!, is[k]!, volts);
      if (Number.isNaN(found) || at > found === last) found = at;
    }
    return Number.isNaN(found) ? step.end : found;
  }

  #note(is: Float64Array, reference: Float64Array): void {
    for (let k = 0; k < is.length; k++) {
      const part = is[k]! / reference[k]!;
      if (this.#beyond(part)) this.involved[k] = true;
      if (Number.isNaN(part) || this.#sign * part >= this.#sign * this.part) continue;
      this.part = part;
      this.extreme = is[k]!;
    }
  }
}

/**
 * From watts to the counts of a register and back. Every step goes down: a limit is never written above what was asked,
 * a negative one is 0, and one that the register cannot hold is the largest that it can. A limit that wraps around in an
 * unsigned register lifts the limit just when it is needed (OpenEMS#3972).
 */
import { Watts } from "@csj/quantity";
import { factorOf } from "./decimal.ts";
import type { WordOrder } from "./profile.ts";
import type { LimitPlace, LimitType } from "./profile-limit.ts";
import { registerReader, sizes } from "./register.ts";

const largest: Readonly<Record<LimitType, number>> = {
  u16: 0xfffe,
  i16: 0x7ffe,
  u32: 0xffff_fffe,
  i32: 0x7fff_fffe,
  // Up to here a float32 that is rounded down is still nearer to its own count than to the next.
  float32: 2 ** 22,
};

/** A register that holds a power. */
export class PowerCount {
  readonly size: number;
  readonly #type: LimitType;
  readonly #order: WordOrder;
  readonly #rated: number;
  /** Counts = watts x #times / #over. */
  readonly #times: number;
  readonly #over: number;
  /** What one count is, in the register's own unit. */
  readonly #unit: { readonly times: number; readonly over: number };
  readonly #read: (words: Uint16Array, at: number) => number;

  constructor(place: LimitPlace, rated: Watts, order: WordOrder) {
    const unit = factorOf(place.scale ?? "1");
    this.size = sizes[place.type];
    this.#type = place.type;
    this.#order = place.order ?? order;
    this.#rated = rated;
    this.#times = place.unit === "percent" ? 100 * unit.over : unit.over;
    this.#over = place.unit === "percent" ? rated * unit.times : unit.times;
    this.#unit = unit;
    this.#read = registerReader(place.type, this.#order, "none");
  }

  /** One count in watts. */
  get step(): number {
    return this.#over / this.#times;
  }

  countOf(limit: number): number {
    if (!(limit > 0)) return 0;
    const asked = Math.min(limit, this.#rated);
    const count = Math.min(Math.floor((asked * this.#times) / this.#over), largest[this.#type]);
    return count > 0 && count * this.#over > asked * this.#times ? count - 1 : count;
  }

  wattsOf(count: number): Watts {
    return Watts((count * this.#over) / this.#times);
  }

  wordsOf(count: number): number[] {
    if (this.#type === "float32") {
      return wordsIn(floatBelow((count * this.#unit.times) / this.#unit.over), 2, this.#order);
    }
    return wordsIn(count, this.size, this.#order);
  }

  /** NaN where the words are no count of a power: not a number, or negative. */
  countFrom(words: Uint16Array): number {
    const read = this.#read(words, 0);
    if (!(read >= 0)) return Number.NaN;
    return this.#type === "float32" ? Math.round((read * this.#unit.over) / this.#unit.times) : read;
  }
}

/** A whole number of 16 or 32 bits as words. */
export function wordsIn(value: number, size: number, order: WordOrder): number[] {
  if (size === 1) return [value];
  const words = [Math.floor(value / 0x1_0000), value % 0x1_0000];
  return order === "msw-first" ? words : words.reverse();
}

/** The bits of the float32 that is nearest to `value` without being above it; for values of 0 and more. */
export function floatBelow(value: number): number {
  const bits = new DataView(new ArrayBuffer(4));
  bits.setFloat32(0, value);
  return bits.getFloat32(0) > value ? bits.getUint32(0) - 1 : bits.getUint32(0);
}

/**
 * Half cycles from crossings, without a gap: where the voltage cannot be followed the last known period goes on, and the
 * half cycles are marked. When a voltage returns, the cycle under way ends where it rises, whatever its length: its energy
 * counts, and no RMS value of a half cycle is made of it, since a stretch of odd length would show as a dip or a swell
 * that there was none of.
 */
export interface HalfCycleSink {
  /** A half cycle from the end of the last one to `to`; the one that ends a cycle ends where the voltage rises. */
  half(to: number, endsCycle: boolean, locked: boolean): void;
  /** Measuring begins here: with the stream, and after lost samples. */
  start(at: number): void;
  /** The cycle under way ends here, whatever its length, and new ones begin. */
  jump(at: number): void;
}

/** A crossing is believed within these parts of the half cycle that is expected: a fault may turn the phase by 60 degrees. */
const SHORTEST = 0.6;
const LONGEST = 1.45;
/** The voltage counts as lost when no crossing has come for this long, in half cycles. */
const LOST = 1.6;
/** A cycle within this of the known period moves it by a part. */
const NEAR = 0.01;
const FOLLOWED_OVER = 4;
const STRANGE_BELIEVED = 3;
/** Samples that a stretch needs to be integrated. */
const SHORTEST_JUMP = 3;
/** So many half cycles of samples without a crossing, and there is no voltage to begin with. */
const BEGIN_WITHOUT = 8;
/** Frequencies that are followed, as parts of the nominal one. */
const LOWEST_HERTZ = 0.8;
const HIGHEST_HERTZ = 1.2;

export class Synchroniser {
  readonly #sink: HalfCycleSink;
  readonly #nominalHalf: number;
  #half: number;
  #earliest = 0;
  #last = Number.NaN;
  #lastRise = Number.NaN;
  #isRisen = true;
  #locked = false;
  #strange = STRANGE_BELIEVED;

  constructor(rate: number, nominalHertz: number, sink: HalfCycleSink) {
    this.#sink = sink;
    this.#nominalHalf = rate / nominalHertz / 2;
    this.#half = this.#nominalHalf;
  }

  get locked(): boolean {
    return this.#locked;
  }

  /** Half of the last known period in samples. */
  get halfPeriod(): number {
    return this.#half;
  }

  /** The stream begins, or goes on behind lost samples: what lies before `earliest` is not measured. */
  restart(earliest: number): void {
    this.#earliest = earliest;
    this.#last = Number.NaN;
    this.#lastRise = Number.NaN;
    this.#locked = false;
  }

  /** Another voltage is followed from now on. */
  unlock(): void {
    this.#locked = false;
  }

  crossing(at: number, isRising: boolean): void {
    if (Number.isNaN(this.#last)) {
      if (isRising && at >= this.#earliest) this.#begin(at, true);
      return;
    }
    const length = at - this.#last;
    const isBelieved = isRising !== this.#isRisen && length >= SHORTEST * this.#half && length <= LONGEST * this.#half;
    if (isBelieved && (this.#locked || isRising)) {
      this.#end(at, this.#locked);
      if (isRising) this.#learn(at);
      if (isRising) this.#locked = true;
    } else if (isRising && !this.#locked && length > SHORTEST_JUMP) {
      this.#sink.jump(at);
      this.#riseAt(at);
      this.#locked = true;
    }
  }

  /** @param at sample up to which all crossings are known */
  known(at: number): void {
    if (at - this.#earliest > BEGIN_WITHOUT * this.#half && Number.isNaN(this.#last))
      this.#begin(this.#earliest, false);
    while (at - this.#last > LOST * this.#half) {
      this.#locked = false;
      this.#lastRise = Number.NaN;
      this.#end(this.#last + this.#half, false);
    }
  }

  /** The stretch before the first crossing is no whole cycle; its energy counts. */
  #begin(at: number, isCrossing: boolean): void {
    const stretch = at - this.#earliest;
    this.#sink.start(stretch > SHORTEST_JUMP ? this.#earliest : at);
    if (stretch > SHORTEST_JUMP) this.#sink.jump(at);
    this.#riseAt(at);
    this.#locked = isCrossing;
  }

  #riseAt(at: number): void {
    this.#last = at;
    this.#lastRise = at;
    this.#isRisen = true;
  }

  #end(at: number, locked: boolean): void {
    this.#last = at;
    this.#isRisen = !this.#isRisen;
    this.#sink.half(at, this.#isRisen, locked);
  }

  /**
   * Follows the period slowly and believes a jump only when it stays: a step of the voltage moves the crossing beside it,
   * and the two cycles that end there are too long and too short.
   */
  #learn(at: number): void {
    const half = (at - this.#lastRise) / 2;
    this.#lastRise = at;
    if (!(half >= this.#nominalHalf / HIGHEST_HERTZ && half <= this.#nominalHalf / LOWEST_HERTZ)) return;
    const isNear = Math.abs(half - this.#half) < NEAR * this.#half;
    this.#strange = isNear ? 0 : this.#strange + 1;
    if (isNear) this.#half += (half - this.#half) / FOLLOWED_OVER;
    else if (this.#strange >= STRANGE_BELIEVED) this.#half = half;
  }
}

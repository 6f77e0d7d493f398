/** Room for samples, and the bounds that keep a stated count from becoming memory. */
import { comtradeErrors } from "../errors.ts";
import { CELLS_MAX, DAT_BYTES_MAX } from "../limits.ts";
import type { Counts, Description, Encoding, Samples } from "../recording.ts";

/** ASCII: a value of 99999 is a missing one (1999 and 2013); an empty field is one in all editions. */
export const ASCII_MISSING = 99999;
export const STAMP_MISSING = 0xffffffff;
export const BINARY_MISSING = -32768;
/**
 * FLOAT32: NaN, and the most negative finite float. Which of them the standard means is from memory and unverified;
 * NaN is written.
 */
export const FLOAT32_MISSING = -3.4028234663852886e38;

export interface Room {
  readonly count: number;
  readonly numbers: Uint32Array;
  readonly stamps: Float64Array;
  /** A channel whose counts do not fit into 32 bits is replaced by a wider one on the way. */
  readonly analog: Counts[];
  readonly digital: Uint8Array[];
}

export function checkSize(dat: Uint8Array, description: Description): void {
  const { sampleCount, analog, digital } = description;
  if (dat.length > DAT_BYTES_MAX)
    throw comtradeErrors.COMTRADE_LIMIT(`The data has ${dat.length} bytes.`, { file: "dat" });
  const cells = sampleCount * (analog.length + digital.length);
  if (cells > CELLS_MAX) {
    throw comtradeErrors.COMTRADE_LIMIT(`${sampleCount} samples of all channels are ${cells} values.`, { file: "dat" });
  }
}

/** Only called once the data's length has been found to hold `count`. */
export function makeRoom({ analog, digital, dataType }: Description, count: number): Room {
  const counts = () => (dataType === "FLOAT32" ? new Float32Array(count) : new Int32Array(count));
  return {
    count,
    numbers: new Uint32Array(count),
    stamps: new Float64Array(count),
    analog: analog.map(counts),
    digital: digital.map(() => new Uint8Array(count)),
  };
}

/** The same with place for more at the end. */
export function widerRoom(room: Room, description: Description, count: number): Room {
  const wider = makeRoom(description, count);
  wider.numbers.set(room.numbers);
  wider.stamps.set(room.stamps);
  for (const [channel, counts] of room.analog.entries()) {
    const wide = counts instanceof Float64Array ? new Float64Array(count) : wider.analog[channel];
    wide?.set(counts);
    if (wide !== undefined) wider.analog[channel] = wide;
  }
  for (const [channel, states] of room.digital.entries()) wider.digital[channel]?.set(states);
  return wider;
}

/** Bytes of one record: number, time stamp, counts, and the states in words of 16. */
export function recordBytes(analogCount: number, digitalCount: number, encoding: Encoding): number {
  return 8 + (encoding === "BINARY" ? 2 : 4) * analogCount + 2 * Math.ceil(digitalCount / 16);
}

/** True where sample `at` is the same in both, a missing value equal to a missing one. */
export function sameRecord(one: Samples, other: Samples, at: number): boolean {
  if (one.numbers[at] !== other.numbers[at] || !Object.is(one.stamps[at], other.stamps[at])) return false;
  for (let channel = 0; channel < one.analog.length; channel++) {
    if (!Object.is(one.analog[channel]?.[at], other.analog[channel]?.[at])) return false;
  }
  for (let channel = 0; channel < one.digital.length; channel++) {
    if (one.digital[channel]?.[at] !== other.digital[channel]?.[at]) return false;
  }
  return true;
}

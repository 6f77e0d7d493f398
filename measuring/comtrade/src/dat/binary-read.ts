/**
 * Reads the three binary forms: records of fixed length, low byte first, channel by channel so that each array is filled
 * in one run.
 */
import { comtradeErrors } from "../errors.ts";
import { SURPLUS_RECORDS_MAX } from "../limits.ts";
import { type AnalogChannel, type Counts, type Description, MISSING, type Samples } from "../recording.ts";
import { BINARY_MISSING, checkSize, FLOAT32_MISSING, makeRoom, recordBytes, STAMP_MISSING } from "./samples.ts";

export function readBinary(dat: Uint8Array, description: Description): Samples {
  checkSize(dat, description);
  const size = recordBytes(description.analog.length, description.digital.length, description.dataType);
  const room = makeRoom(description, recordCount(dat, size, description.sampleCount));
  const view = new DataView(dat.buffer, dat.byteOffset, dat.byteLength);
  for (let at = 0; at < room.count; at++) {
    room.numbers[at] = view.getUint32(at * size, true);
    const stamp = view.getUint32(at * size + 4, true);
    room.stamps[at] = stamp === STAMP_MISSING ? Number.NaN : stamp;
  }
  const width = description.dataType === "BINARY" ? 2 : 4;
  for (const [channel, counts] of room.analog.entries()) {
    readCounts(view, { first: 8 + channel * width, size }, counts, description, description.analog[channel]);
  }
  const states = 8 + width * room.analog.length;
  for (const [channel, bits] of room.digital.entries()) {
    readStates(view, { first: states + 2 * (channel >> 4), size }, channel & 15, bits);
  }
  return room;
}

function recordCount(dat: Uint8Array, size: number, count: number): number {
  const surplus = dat.length / size - count;
  if (Number.isInteger(surplus) && surplus >= 0 && surplus <= SURPLUS_RECORDS_MAX) return count + surplus;
  const whole = Math.floor(dat.length / size);
  const rest = dat.length - whole * size;
  const holds = `${whole} records${rest === 0 ? "" : ` and ${rest} bytes`}`;
  const what = `The data holds ${holds} of ${size} bytes; the configuration says ${count}.`;
  throw comtradeErrors.COMTRADE_DATA_LENGTH(what, { file: "dat", path: `byte ${dat.length}` });
}

/** Where a channel lies: first byte in the first record, and the distance of records. */
interface Stride {
  readonly first: number;
  readonly size: number;
}

function readCounts(
  view: DataView,
  { first, size }: Stride,
  counts: Counts,
  { dataType, revision }: Description,
  channel: AnalogChannel | undefined,
): void {
  const count = counts.length;
  if (dataType === "BINARY") {
    const missing = revision === 1991 ? missingOf1991(channel) : BINARY_MISSING;
    for (let at = 0; at < count; at++) {
      const value = view.getInt16(first + at * size, true);
      counts[at] = value === missing ? MISSING : value;
    }
  } else if (dataType === "FLOAT32") {
    for (let at = 0; at < count; at++) {
      const value = view.getFloat32(first + at * size, true);
      counts[at] = value === FLOAT32_MISSING ? Number.NaN : value;
    }
  } else {
    for (let at = 0; at < count; at++) counts[at] = view.getInt32(first + at * size, true);
  }
}

/**
 * The 1991 edition marks a missing value with all ones, which is also the count -1: it is taken for missing only where the
 * channel's declared range has no -1. (The mark itself is known from another reader's source, not from the text.)
 */
function missingOf1991(channel: AnalogChannel | undefined): number {
  const canBe = (channel?.min ?? -1) <= -1 && (channel?.max ?? -1) >= -1;
  return canBe ? BINARY_MISSING : -1;
}

function readStates(view: DataView, { first, size }: Stride, bit: number, states: Uint8Array): void {
  for (let at = 0; at < states.length; at++) states[at] = (view.getUint16(first + at * size, true) >> bit) & 1;
}

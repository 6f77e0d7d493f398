/** Writes the three binary forms. A value that the form cannot hold exactly is refused, never cut or rounded: see `fit`. */
import { comtradeErrors } from "../errors.ts";
import { type Counts, MISSING, type Recording, type Samples } from "../recording.ts";
import { BINARY_MISSING, recordBytes, STAMP_MISSING, sameRecord } from "./samples.ts";

const INT16_MAX = 32767;
const INT32_MAX = 2147483647;

interface Before {
  readonly dat: Uint8Array;
  readonly samples: Samples;
}

/** With `before`, records that have not changed are taken from it byte by byte. */
export function writeBinary(recording: Recording, before: Before | undefined): Uint8Array {
  const { samples, dataType } = recording;
  const size = recordBytes(samples.analog.length, samples.digital.length, dataType);
  const bytes = new Uint8Array(size * samples.count);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < samples.count; at++) {
    view.setUint32(at * size, samples.numbers[at] ?? 0, true);
    view.setUint32(at * size + 4, stampOrRefuse(samples.stamps[at] ?? Number.NaN, at), true);
  }
  const width = dataType === "BINARY" ? 2 : 4;
  for (const [channel, counts] of samples.analog.entries()) {
    writeCounts(view, 8 + channel * width, size, counts, (at) => refuse(recording, channel, at));
  }
  writeStates(view, 8 + width * samples.analog.length, size, samples.digital);
  if (before !== undefined) keepRecords(samples, before, bytes, size);
  return bytes;

  function writeCounts(to: DataView, first: number, step: number, counts: Counts, wrong: (at: number) => never): void {
    const whole = counts instanceof Int32Array;
    for (let at = 0; at < counts.length; at++) {
      const count = counts[at] ?? Number.NaN;
      const missing = whole ? count === MISSING : Number.isNaN(count);
      const place = first + at * step;
      if (dataType === "FLOAT32")
        to.setFloat32(place, missing ? Number.NaN : exactFloat(count) ? count : wrong(at), true);
      else if (dataType === "BINARY")
        to.setInt16(place, missing ? BINARY_MISSING : within(count, INT16_MAX, at, wrong), true);
      else to.setInt32(place, missing ? MISSING : within(count, INT32_MAX, at, wrong), true);
    }
  }
}

function exactFloat(count: number): boolean {
  return Math.fround(count) === count;
}

function within(count: number, most: number, at: number, wrong: (at: number) => never): number {
  return Number.isInteger(count) && count >= -most && count <= most ? count : wrong(at);
}

function stampOrRefuse(stamp: number, at: number): number {
  if (Number.isNaN(stamp)) return STAMP_MISSING;
  if (Number.isInteger(stamp) && stamp >= 0 && stamp < STAMP_MISSING) return stamp;
  throw comtradeErrors.COMTRADE_NOT_WRITABLE(`Time stamp ${stamp} of sample ${at + 1} is no 32-bit number.`);
}

function refuse(recording: Recording, channel: number, at: number): never {
  const count = recording.samples.analog[channel]?.[at];
  const name = recording.analog[channel]?.name;
  throw comtradeErrors.COMTRADE_NOT_WRITABLE(
    `Sample ${at + 1} of ${name} is ${count}, which ${recording.dataType} cannot hold exactly.`,
  );
}

function writeStates(view: DataView, first: number, size: number, digital: readonly Uint8Array[]): void {
  for (const [channel, states] of digital.entries()) {
    const word = first + 2 * (channel >> 4);
    for (let at = 0; at < states.length; at++) {
      if (states[at] !== 1) continue;
      const place = word + at * size;
      view.setUint16(place, view.getUint16(place, true) | (1 << (channel & 15)), true);
    }
  }
}

/** What a record can hold besides its values: the unused bits of the last word of states, and the payload of a NaN. */
function keepRecords(samples: Samples, before: Before, bytes: Uint8Array, size: number): void {
  for (let at = 0; at < samples.count; at++) {
    if (!sameRecord(samples, before.samples, at)) continue;
    bytes.set(before.dat.subarray(at * size, (at + 1) * size), at * size);
  }
}

/**
 * Samples from a front end as bytes, over TCP, a pipe or a serial line. The samples are laid out as in the data set of IEC
 * 61850-9-2LE, four currents and then four voltages, each a signed 32-bit count with 32 bits of quality, so that a merging
 * unit's data only needs a frame put around it.
 *
 * A frame, all numbers big-endian: "CSJ1" (4 bytes), samples in it (uint16), 0 (uint16), number of its first sample since
 * the source began (uint32, wraps), samples of 64 bytes (i1 i2 i3 i4 u1 u2 u3 u4, count and quality), CRC-32 over
 * everything before it (uint32). Bytes that make no frame are dropped up to the next mark and counted. A sample is bad
 * when either validity bit of a channel's quality is set (00 is good; from memory of 61850-7-3, not verified); a frame
 * with one is dropped whole, so that it is a gap and no value.
 */
import { crc32 } from "../profile/crc32.ts";
import { type ChannelId, CURRENT_OFFSET, channelIndex } from "./channel.ts";
import type { Frame } from "./layout.ts";

const MARK = [0x43, 0x53, 0x4a, 0x31] as const;
const HEAD = 12;
const TAIL = 4;
const SAMPLE_BYTES = 64;
const CHANNEL_BYTES = 8;
export const RAW_SAMPLES_MAX = 4096;
const FRAME_MAX = HEAD + RAW_SAMPLES_MAX * SAMPLE_BYTES + TAIL;
const COUNTER = 2 ** 32;
/** A frame that is so many samples behind came late or twice; beyond that the source began again. */
const LATE_MAX = 2 * RAW_SAMPLES_MAX;
const INVALID = 0b11;

export interface RawCounters {
  /** Frames handed over. */
  frames: number;
  /** Frames with a wrong CRC. */
  damaged: number;
  /** Frames dropped since a sample in them was said to be bad. */
  bad: number;
  /** Frames dropped since their samples had come before. */
  late: number;
  /** Bytes that belonged to no frame. */
  strayBytes: number;
}

export class RawStreamReader {
  readonly counters: RawCounters = { frames: 0, damaged: 0, bad: 0, late: 0, strayBytes: 0 };
  readonly #channels: readonly ChannelId[];
  readonly #onFrame: (frame: Frame) => void;
  readonly #held = new Uint8Array(2 * FRAME_MAX);
  readonly #samples: Int32Array;
  #length = 0;
  /** Number of the sample that is due, and what its counter lacks to it. */
  #due = Number.NaN;
  #base = 0;

  /** @param channels those that are handed over, in this order; @param onFrame's frame is its own for the call only */
  constructor(channels: readonly ChannelId[], onFrame: (frame: Frame) => void) {
    this.#channels = channels;
    this.#onFrame = onFrame;
    this.#samples = new Int32Array(RAW_SAMPLES_MAX * channels.length);
  }

  /** Takes bytes as they come, in pieces of any length. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(bytes.length - at, this.#held.length - this.#length);
      this.#held.set(bytes.subarray(at, at + taken), this.#length);
      this.#length += taken;
      at += taken;
      this.#read();
    }
  }

  #read(): void {
    let at = 0;
    for (let size = this.#frameAt(at); size !== 0; size = this.#frameAt(at)) {
      if (size < 0) this.counters.strayBytes += 1;
      at += size < 0 ? 1 : size;
    }
    this.#held.copyWithin(0, at, this.#length);
    this.#length -= at;
  }

  /** Bytes of the frame at a place that was read; 0 where more have to come, -1 where there is none. */
  #frameAt(at: number): number {
    const left = this.#length - at;
    for (let k = 0; k < Math.min(MARK.length, left); k += 1) if (this.#held[at + k] !== MARK[k]) return -1;
    if (left < HEAD) return 0;
    const view = new DataView(this.#held.buffer, at, Math.min(left, FRAME_MAX));
    const count = view.getUint16(4);
    if (count === 0 || count > RAW_SAMPLES_MAX) return -1;
    const size = HEAD + count * SAMPLE_BYTES + TAIL;
    if (left < size) return 0;
    if (view.getUint32(size - TAIL) !== crc32(this.#held.subarray(at, at + size - TAIL))) {
      this.counters.damaged += 1;
      return -1;
    }
    this.#hand(view, count);
    return size;
  }

  #hand(view: DataView, count: number): void {
    const first = this.#numberOf(view.getUint32(8));
    if (first < this.#due) {
      this.counters.late += 1;
      return;
    }
    this.#due = first + count;
    const channels = this.#channels;
    for (let c = 0; c < channels.length; c += 1) {
      const place = HEAD + CHANNEL_BYTES * placeOf(channels[c]!);
      for (let n = 0; n < count; n += 1) {
        const at = place + n * SAMPLE_BYTES;
        if ((view.getUint32(at + 4) & INVALID) !== 0) {
          this.counters.bad += 1;
          return;
        }
        this.#samples[n * channels.length + c] = view.getInt32(at);
      }
    }
    this.counters.frames += 1;
    this.#onFrame({ first, samples: this.#samples.subarray(0, count * channels.length) });
  }

  /**
   * Counts on over the wrap. A counter far behind is a source that began again: one sample is left out, so that it is a
   * gap, and how long it was away the stamps say.
   */
  #numberOf(counter: number): number {
    if (Number.isNaN(this.#due)) return counter;
    const ahead = (counter + this.#base - this.#due) % COUNTER;
    const near = ahead < -COUNTER / 2 ? ahead + COUNTER : ahead >= COUNTER / 2 ? ahead - COUNTER : ahead;
    const first = near < -LATE_MAX ? this.#due + 1 : this.#due + near;
    this.#base = first - counter;
    return first;
  }
}

/** The bytes of a frame; channels that are not given are 0 with bad quality. */
export function rawFrame(channels: readonly ChannelId[], frame: Frame): Uint8Array {
  const count = frame.samples.length / channels.length;
  const bytes = new Uint8Array(HEAD + count * SAMPLE_BYTES + TAIL);
  const view = new DataView(bytes.buffer);
  bytes.set(MARK);
  view.setUint16(4, count);
  view.setUint32(8, frame.first % COUNTER);
  for (let n = 0; n < count; n += 1) {
    for (let place = 0; place < 8; place += 1) view.setUint32(HEAD + n * SAMPLE_BYTES + place * CHANNEL_BYTES + 4, 1);
    for (const [c, id] of channels.entries()) {
      const at = HEAD + n * SAMPLE_BYTES + placeOf(id) * CHANNEL_BYTES;
      view.setInt32(at, frame.samples[n * channels.length + c]!);
      view.setUint32(at + 4, 0);
    }
  }
  view.setUint32(bytes.length - TAIL, crc32(bytes.subarray(0, bytes.length - TAIL)));
  return bytes;
}

/** Currents first. */
function placeOf(id: ChannelId): number {
  return (channelIndex(id) + CURRENT_OFFSET) % 8;
}

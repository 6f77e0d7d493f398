import { seededRandom } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import type { ChannelId } from "./channel.ts";
import { RawStreamReader, rawFrame } from "./raw-stream.ts";

const channels: ChannelId[] = ["u1", "i1", "u4"];

describe("a stream of raw samples", () => {
  it("gives its frames whatever pieces it comes in", () => {
    const seed = 5;
    const random = seededRandom(seed);
    const bytes = joined([frame(0, 10), frame(10, 1), frame(11, 300)]);
    for (let run = 0; run < 20; run += 1) {
      const { reader, got } = reading();
      for (let at = 0; at < bytes.length; ) {
        const length = 1 + Math.floor(random.next() * 4000);
        reader.push(bytes.subarray(at, at + length));
        at += length;
      }
      expect(got, `seed ${seed}, run ${run}`).toEqual([
        [0, values(0, 10)],
        [10, values(10, 1)],
        [11, values(11, 300)],
      ]);
    }
  });

  it("goes on with the next whole frame after noise, and counts what it dropped", () => {
    const damaged = frame(10, 20);
    damaged[100] = damaged[100]! ^ 1;
    const noise = Uint8Array.from({ length: 77 }, (_, index) => (index * 53) & 0xff);
    const { reader, got } = reading();
    reader.push(joined([noise, frame(0, 10), damaged, frame(30, 5)]));
    expect(got.map(([first]) => first)).toEqual([0, 30]);
    expect(reader.counters).toEqual({ frames: 2, damaged: 1, bad: 0, late: 0, strayBytes: 77 + damaged.length });
  });

  it("drops a frame in which a sample is said to be bad", () => {
    const { reader, got } = reading(["u1", "u2"]);
    reader.push(frame(0, 3));
    expect(got).toEqual([]);
    expect(reader.counters.bad).toBe(1);
  });

  it("counts on where the source's counter wraps, and one sample behind what was where it began again", () => {
    const { reader, got } = reading();
    reader.push(joined([frame(2 ** 32 - 4, 4), frame(2 ** 32, 4), frame(100_000, 2), frame(4, 4), frame(8, 1)]));
    expect(got.map(([first]) => first - 2 ** 32)).toEqual([-4, 0, 100_000, 100_003, 100_007]);
  });

  it("drops a frame that comes twice or late, also over the counter's wrap", () => {
    const { reader, got } = reading();
    reader.push(joined([frame(2 ** 32 - 4, 4), frame(2 ** 32, 4), frame(2 ** 32 - 4, 4), frame(0, 4), frame(4, 1)]));
    expect(got.map(([first]) => first - 2 ** 32)).toEqual([-4, 0, 4]);
    expect(reader.counters.late).toBe(2);
  });
});

function values(first: number, count: number): number[] {
  return Array.from({ length: count * channels.length }, (_, k) => (k % 2 === 0 ? 5 : -first * 1_000_003 - k));
}

function frame(first: number, count: number): Uint8Array {
  return rawFrame(channels, { first, samples: Int32Array.from(values(first % 2 ** 32, count)) });
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function reading(wanted = channels) {
  const got: [number, number[]][] = [];
  const reader = new RawStreamReader(wanted, ({ first, samples }) => got.push([first, [...samples]]));
  return { reader, got };
}

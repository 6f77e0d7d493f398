import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import type { Layout } from "../frame/layout.ts";
import { CaptureRecorder, type RawCapture, TRIGGERS_MAX } from "./recorder.ts";

const layout: Layout = { rate: 1000, channels: ["u1", "i1"], wiring: "1p2w", nominalHertz: 50, nominalVolts: 230 };
const CYCLE = 20;

/** A capture with its samples out of the ring. */
type Taken = RawCapture & { readonly values: number[] };

class Stream {
  readonly taken: Taken[] = [];
  readonly recorder: CaptureRecorder;
  #next = 0;
  readonly #frame: number;

  constructor(setup = {}, frame = 7) {
    this.#frame = frame;
    this.recorder = new CaptureRecorder(layout, setup, (capture) =>
      this.taken.push({ ...capture, values: unroll(capture) }),
    );
  }

  /** Sample n of u1 is n, of i1 it is -n. */
  until(position: number): void {
    while (this.#next < position) {
      const count = Math.min(this.#frame, position - this.#next);
      const samples = new Int32Array(count * 2);
      for (let n = 0; n < count; n += 1) samples.set([this.#next + n, -this.#next - n], 2 * n);
      this.recorder.push({ first: this.#next, samples });
      this.#next += count;
    }
  }

  skip(samples: number): void {
    this.#next += samples;
  }
}

function unroll({ ring, first, count }: RawCapture): number[] {
  const capacity = ring.length / 2;
  return Array.from({ length: count }, (_, n) => ring[((first + n) % capacity) * 2] as number);
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);

describe("a capture", () => {
  it.each([1, 7, 160, 4096])("has ten cycles before its trigger and thirty after, in frames of %i", (frame) => {
    const stream = new Stream({}, frame);
    stream.until(20_000);
    stream.recorder.trigger("dip", 19_900.4);
    stream.until(30_000);
    const [capture] = stream.taken;
    expect(capture?.from).toBe(19_900 - 10 * CYCLE);
    expect(capture?.values).toEqual(range(19_700, 19_900 + 30 * CYCLE + 1));
    expect([capture?.trigger, capture?.isWhole]).toEqual([200, true]);
    expect(capture?.triggers).toEqual([{ cause: "dip", position: 19_900 }]);
  });

  it("takes triggers that follow, and grows to its longest", () => {
    const stream = new Stream({ longest: 3 });
    for (let at = 5000; at < 12_000; at += 100) {
      stream.until(at);
      stream.recorder.trigger(`t${at}`, at);
    }
    stream.until(20_000);
    expect(stream.taken[0]?.values).toEqual(range(4800, 7800));
    expect(stream.taken[0]?.isWhole).toBe(false);
    expect(stream.taken.every(({ triggers }) => triggers.length <= TRIGGERS_MAX)).toBe(true);
    expect(stream.taken.every(({ count }) => count <= 3000)).toBe(true);
  });

  it("says where the stream began too late, or broke off", () => {
    const stream = new Stream();
    stream.until(50);
    stream.recorder.trigger("early", 50);
    stream.until(2000);
    expect(stream.taken[0]).toMatchObject({ from: 0, trigger: 50, isWhole: false });
    stream.recorder.trigger("late", 1990);
    stream.until(2100);
    stream.skip(500);
    stream.until(4000);
    expect(stream.taken[1]?.values).toEqual(range(1790, 2100));
    expect(stream.taken[1]?.isWhole).toBe(false);
    stream.recorder.trigger("before the gap", 2000);
    expect(stream.recorder.refused).toBe(1);
  });

  it("is refused, and counted, beyond the hour's share", () => {
    const stream = new Stream({ hourly: 2 }, 1000);
    for (let n = 1; n <= 5; n += 1) {
      stream.until(n * 5000);
      stream.recorder.trigger("dip", n * 5000);
    }
    stream.until(30_000);
    expect([stream.taken.length, stream.recorder.refused]).toEqual([2, 3]);
    stream.until(3_700_000);
    stream.recorder.trigger("dip", 3_700_000);
    expect(stream.recorder.isCapturing).toBe(true);
  });

  it("cannot be set up shorter than what is before and after its trigger", () => {
    for (const wrong of [
      { longest: 0.7 },
      { beforeCycles: 0 },
      { afterCycles: 1.5 },
      { longest: 600 },
      { hourly: 0 },
    ]) {
      let code = "";
      try {
        new Stream(wrong);
      } catch (error) {
        code = isCoded(error) ? error.code : String(error);
      }
      expect(code).toBe("METROLOGY_CAPTURE_REFUSED");
    }
  });
});

import { describe, expect, it } from "vitest";
import type { LimitState } from "../plant/limit-control.ts";
import { decodeLimit } from "./limit-words.ts";

const held: LimitState = {
  enabled: true,
  share: 0.5,
  revertEnabled: true,
  revertShare: 0.1,
  revertSeconds: 70_000,
  deadline: null,
  writes: 3,
};

describe("a write to the limit", () => {
  it("is understood as one order (704), with a 32-bit timer", () => {
    expect(decodeLimit("704", -2, held, 14, [1, 2500, 500, 1, 1, 2])).toEqual({
      change: { enabled: true, share: 0.25, revertShare: 0.05, revertEnabled: true, revertSeconds: 65_538 },
      rearm: true,
    });
  });

  it("keeps what it does not write", () => {
    expect(decodeLimit("704", -2, held, 15, [2500])).toEqual({
      change: { enabled: true, share: 0.25, revertShare: 0.1, revertEnabled: true, revertSeconds: 70_000 },
      rearm: false,
    });
  });

  it("is understood as one order (123), and a write of the percentage alone holds the limit", () => {
    expect(decodeLimit("123", 0, held, 5, [30, 0, 60, 0, 1])).toEqual({
      change: { enabled: true, share: 0.3, revertSeconds: 60 },
      rearm: true,
    });
    expect(decodeLimit("123", 0, held, 5, [30])).toMatchObject({ change: { share: 0.3 }, rearm: true });
    expect(decodeLimit("123", 0, held, 7, [30])).toMatchObject({ change: { share: 0.5 }, rearm: false });
  });

  it("is refused outside the limit's registers, above 100 %, and for a disconnection", () => {
    expect(decodeLimit("704", -2, held, 13, [0])).toBe(2);
    expect(decodeLimit("704", -2, held, 19, [0, 0])).toBe(2);
    expect(decodeLimit("704", -2, held, 15, [10_001])).toBe(3);
    expect(decodeLimit("123", 0, held, 5, [65_535])).toBe(3);
    expect(decodeLimit("123", 0, held, 4, [0])).toBe(3);
  });
});

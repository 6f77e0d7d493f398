import { describe, expect, it } from "vitest";
import { Slab } from "./slab.ts";

describe("a slab", () => {
  it("never gives the same bytes twice, whatever sizes are asked for in turn", () => {
    const slab = new Slab();
    const pieces: Uint8Array[] = [];
    for (let index = 0; index < 2_000; index += 1) {
      const count = (index * 37) % 1_200;
      const piece = index % 3 === 0 ? slab.words(count >> 1) : slab.bytes(count);
      const bytes = new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
      expect(bytes.every((byte) => byte === 0)).toBe(true);
      bytes.fill(1 + (index % 250));
      pieces.push(bytes);
    }
    pieces.forEach((bytes, index) => {
      expect(bytes.every((byte) => byte === 1 + (index % 250))).toBe(true);
    });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeText, encodeText, splitLines } from "./text.ts";

describe("text", () => {
  it("gives the bytes of any text again, whatever code page it is in", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { text, charset } = decodeText(bytes);
        expect(encodeText(text, charset)).toEqual(bytes);
      }),
      { seed: 41 },
    );
  });

  it("reads what the platform's encoder writes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const bytes = new Uint8Array(Buffer.from(text, "utf8"));
        expect(decodeText(bytes)).toEqual({ text, charset: "utf-8" });
      }),
      { seed: 42 },
    );
  });

  it("takes bytes that are not UTF-8 one by one", () => {
    expect(decodeText(Uint8Array.of(0x4d, 0xfc, 0x6c)).text).toBe("M\u00fcl");
    for (const overlong of [
      [0xc0, 0x80],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
    ]) {
      expect(decodeText(Uint8Array.from(overlong)).charset).toBe("latin1");
    }
  });

  it("cuts lines at each line feed and keeps their endings", () => {
    expect(splitLines("a\r\nb\n\nc", 4)).toEqual([
      { text: "a", end: "\r\n" },
      { text: "b", end: "\n" },
      { text: "", end: "\n" },
      { text: "c", end: "" },
    ]);
    expect(splitLines("a\r\nb\n\nc", 3)).toBeUndefined();
  });
});

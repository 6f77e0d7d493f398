/**
 * The example exchanges of Modbus Application Protocol V1.1b3, clauses 6.1 to 6.21, byte by byte, in both directions.
 */
import { describe, expect, it } from "vitest";
import { answerLength, answerRoom, putAnswer, readAnswer } from "./answer-codec.ts";
import { crc16, crcHolds } from "./crc.ts";
import type { AnswerBody, Request } from "./pdu.ts";
import { checkRequest, putRequest, readRequest, requestLength } from "./request-codec.ts";
import { Slab } from "./slab.ts";
import { fromHex, rtu, toHex } from "./test/script.ts";

const bits = (text: string): boolean[] => [...text.replaceAll(" ", "")].map((digit) => digit === "1");
const words = (...values: number[]): Uint16Array => Uint16Array.from(values);
const text = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));

const exchanges: { clause: string; request: Request; asked: string; answer: string; body: AnswerBody }[] = [
  {
    clause: "6.1 read coils 20 to 38",
    request: { function: 1, address: 0x13, count: 19 },
    asked: "01 00 13 00 13",
    answer: "01 03 cd 6b 05",
    body: bits("10110011 11010110 101"),
  },
  {
    clause: "6.2 read discrete inputs 197 to 218",
    request: { function: 2, address: 0xc4, count: 22 },
    asked: "02 00 c4 00 16",
    answer: "02 03 ac db 35",
    body: bits("00110101 11011011 101011"),
  },
  {
    clause: "6.3 read holding registers 108 to 110",
    request: { function: 3, address: 0x6b, count: 3 },
    asked: "03 00 6b 00 03",
    answer: "03 06 02 2b 00 00 00 64",
    body: words(0x22b, 0, 0x64),
  },
  {
    clause: "6.4 read input register 9",
    request: { function: 4, address: 8, count: 1 },
    asked: "04 00 08 00 01",
    answer: "04 02 00 0a",
    body: words(10),
  },
  {
    clause: "6.5 write coil 173 on",
    request: { function: 5, address: 0xac, bits: [true] },
    asked: "05 00 ac ff 00",
    answer: "05 00 ac ff 00",
    body: undefined,
  },
  {
    clause: "6.6 write register 2",
    request: { function: 6, address: 1, words: [3] },
    asked: "06 00 01 00 03",
    answer: "06 00 01 00 03",
    body: undefined,
  },
  {
    clause: "6.11 write ten coils from 20",
    request: { function: 15, address: 0x13, bits: bits("10110011 10") },
    asked: "0f 00 13 00 0a 02 cd 01",
    answer: "0f 00 13 00 0a",
    body: undefined,
  },
  {
    clause: "6.12 write two registers from 2",
    request: { function: 16, address: 1, words: [0x0a, 0x102] },
    asked: "10 00 01 00 02 04 00 0a 01 02",
    answer: "10 00 01 00 02",
    body: undefined,
  },
  {
    clause: "6.14 read two file records",
    request: {
      function: 20,
      records: [
        { file: 4, record: 1, count: 2 },
        { file: 3, record: 9, count: 2 },
      ],
    },
    asked: "14 0e 06 00 04 00 01 00 02 06 00 03 00 09 00 02",
    answer: "14 0c 05 06 0d fe 00 20 05 06 33 cd 00 40",
    body: [words(0xdfe, 0x20), words(0x33cd, 0x40)],
  },
  {
    clause: "6.16 mask write register 5",
    request: { function: 22, address: 4, and: 0xf2, or: 0x25 },
    asked: "16 00 04 00 f2 00 25",
    answer: "16 00 04 00 f2 00 25",
    body: undefined,
  },
  {
    clause: "6.17 read six registers and write three",
    request: { function: 23, address: 3, count: 6, writeAddress: 14, words: [0xff, 0xff, 0xff] },
    asked: "17 00 03 00 06 00 0e 00 03 06 00 ff 00 ff 00 ff",
    answer: "17 0c 00 fe 0a cd 00 01 00 03 00 0d 00 ff",
    body: words(0xfe, 0xacd, 1, 3, 0xd, 0xff),
  },
  {
    clause: "6.21 read device identification, basic",
    request: { function: 43, level: 1, object: 0 },
    asked: "2b 0e 01 00",
    answer: "2b 0e 01 81 00 00 02 00 02 61 62 01 01 63",
    body: {
      conformity: 0x81,
      next: undefined,
      objects: [
        { id: 0, value: text("ab") },
        { id: 1, value: text("c") },
      ],
    },
  },
];

describe.each(exchanges)("$clause", ({ request, asked, answer, body }) => {
  it("is asked and understood as the specification writes it", () => {
    const pdu = new Uint8Array(requestLength(request));
    putRequest(request, pdu, 0);
    expect(toHex(pdu)).toBe(asked);
    expect(readRequest(pdu, 0, pdu.length)).toEqual(request);
    expect(() => checkRequest(request, "test")).not.toThrow();
  });

  it("is answered and understood as the specification writes it", () => {
    const pdu = fromHex(answer);
    expect(answerLength(pdu, 0, pdu.length)).toBe(pdu.length);
    expect(readAnswer(request, pdu, 0, pdu.length, new Slab())).toEqual(body);
    const made = new Uint8Array(answerRoom(request, body));
    putAnswer(request, body, made, 0);
    expect(toHex(made)).toBe(answer);
  });

  it("is not taken for an answer when it is one byte short or long", () => {
    const pdu = fromHex(`${answer} 00`);
    expect(readAnswer(request, pdu, 0, pdu.length, new Slab())).toBeTypeOf("string");
    expect(readAnswer(request, pdu, 0, pdu.length - 2, new Slab())).toBeTypeOf("string");
  });
});

describe("the check sum", () => {
  it("is that of Modbus over Serial Line V1.02, appendix B: 02 07 gives 41 12", () => {
    expect(crc16(fromHex("02 07"), 0, 2)).toBe(0x1241);
    expect(rtu("02 07")).toBe("02 07 41 12");
  });

  it("fails when any single bit is turned", () => {
    const frame = fromHex(rtu("01 03 04 12 34 56 78"));
    for (let bit = 0; bit < 8 * frame.length; bit += 1) {
      const damaged = Uint8Array.from(frame);
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(crcHolds(damaged, 0, damaged.length)).toBe(false);
    }
  });
});

describe("a request that a server must refuse", () => {
  it.each([
    ["an unknown function", "07", 1],
    ["an unknown encapsulated interface", "2b 0d 01 00", 1],
    ["no registers", "03 00 00 00 00", 3],
    ["126 registers", "03 00 00 00 7e", 3],
    ["a coil that is neither on nor off", "05 00 00 12 34", 3],
    ["a byte count that lies", "10 00 01 00 02 03 00 0a 01", 3],
    ["a half request", "03 00", 3],
    ["a file reference of another type", "14 07 07 00 04 00 01 00 02", 3],
    ["an answer that would not fit", "14 07 06 00 04 00 01 00 7f", 3],
    ["an identification level of 5", "2b 0e 05 00", 3],
  ])("%s", (_what, hex, exception) => {
    const pdu = fromHex(hex);
    expect(readRequest(pdu, 0, pdu.length)).toBe(exception);
  });
});

describe("a request that is not sent", () => {
  const impossible: [string, Request][] = [
    ["count 0", { function: 3, address: 0, count: 0 }],
    ["126 registers", { function: 4, address: 0, count: 126 }],
    ["the end passed", { function: 3, address: 65_535, count: 2 }],
    ["half an address", { function: 3, address: 1.5, count: 1 }],
    ["a word of 65536", { function: 6, address: 0, words: [65_536] }],
    ["a negative word", { function: 16, address: 0, words: [-1] }],
    ["NaN", { function: 16, address: 0, words: [Number.NaN] }],
    ["two words in function 6", { function: 6, address: 0, words: [1, 2] }],
    ["no words", { function: 16, address: 0, words: [] }],
    ["file 0", { function: 20, records: [{ file: 0, record: 0, count: 1 }] }],
  ];
  it.each(impossible)("%s", (_what, request) => {
    expect(() => checkRequest(request, "test")).toThrow(/cannot be sent/);
  });
});

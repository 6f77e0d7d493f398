import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import { fit } from "../fit.ts";
import { readComtrade } from "../read.ts";
import { bytes, cfgText, datText, smallRecording } from "../recording.fixture.ts";
import { joinBytes, latin1 } from "../text.ts";
import { writeComtrade } from "../write.ts";
import { writeSingleFile } from "./write.ts";

const cfg = cfgText({ station: "Plant,Recorder,2013" });
const parts = {
  cfg: `--- file type: CFG ---\r\n${cfg}\r\n`,
  inf: "--- file type: INF ---\n\n",
  hdr: "--- FILE TYPE: hdr ---\r\nby hand\r\n-- not a header ---\r\n",
  dat: `--- file type: DAT ASCII ---\r\n${datText}`,
};
const read = (...all: readonly string[]) => readComtrade({ cff: bytes(all.join("")) });

function refusal(...all: readonly string[]) {
  try {
    read(...all);
  } catch (error) {
    if (isCoded(error)) return [error.code, error.where?.line];
    throw error;
  }
  throw new Error("It was read.");
}

describe("a single file", () => {
  it("holds the four files, and is written with its own header lines again", () => {
    const recording = read(parts.cfg, parts.inf, parts.hdr, parts.dat);
    expect(latin1(recording.header ?? new Uint8Array())).toBe("by hand\r\n-- not a header ---\r\n");
    expect([...(recording.samples.analog[0] ?? [])]).toEqual([10, 11, 12]);
    expect(latin1(writeSingleFile(recording))).toBe(parts.cfg + parts.inf + parts.hdr + parts.dat);
  });

  it("may have its sections in another order, or only two of them", () => {
    const recording = read("\r\n", parts.dat, "\r\n", parts.cfg);
    expect(recording.samples.count).toBe(3);
    expect(latin1(writeSingleFile(recording))).toBe(`\r\n${parts.dat}\r\n${parts.cfg}`);
  });

  it("takes the header line of binary data at its word, whatever the data look like", () => {
    const recording = smallRecording(4);
    const trap = bytes("--- file type: INF ---\r\n\0\0");
    const { dat } = writeComtrade(recording);
    dat.set(trap, 0);
    const cff = joinBytes([
      bytes("--- file type: CFG ---\r\n"),
      writeComtrade(recording).cfg,
      head(dat.length),
      dat,
      bytes("\r\n"),
    ]);
    expect(writeSingleFile(readComtrade({ cff }))).toEqual(cff);
    expect(readComtrade({ cff }).samples.numbers[0]).toBe(0x202d2d2d);
  });

  it("gets a new header line for its data where there are more of them", () => {
    const recording = readComtrade({ cff: writeSingleFile(smallRecording(4)) });
    const { samples, rates, sampleCount } = smallRecording(7);
    const back = readComtrade({ cff: writeSingleFile({ ...recording, samples, rates, sampleCount }) });
    expect(back.samples).toEqual(samples);
  });

  it("gets a new header line for its data where the encoding changes", () => {
    const recording = readComtrade({ cff: writeSingleFile(smallRecording(4)) });
    for (const encoding of ["ASCII", "BINARY32", "FLOAT32"] as const) {
      const back = readComtrade({ cff: writeSingleFile(fit(recording, { encoding }), { encoding }) });
      expect(back.dataType).toBe(encoding);
    }
  });

  const wrong: readonly [string, readonly string[], string, number | undefined][] = [
    ["no section", [cfg], "COMTRADE_SECTION", 1],
    ["nothing in it", [""], "COMTRADE_SECTION", 1],
    ["no data", [parts.cfg, parts.hdr], "COMTRADE_SECTION", undefined],
    ["no configuration", [parts.hdr, parts.dat], "COMTRADE_SECTION", undefined],
    ["two configurations", [parts.cfg, parts.cfg, parts.dat], "COMTRADE_SECTION", 15],
    ["an unknown section", [parts.cfg, "--- file type: EXE ---\r\n", parts.dat], "COMTRADE_SECTION", 15],
    ["an unknown form of data", [parts.cfg, "--- file type: DAT FLOAT: 4 ---\r\n1234"], "COMTRADE_SECTION", 15],
    ["a damaged header line", ["--- file type: \u00ff\u00ff ---\r\n", parts.cfg], "COMTRADE_SECTION", 1],
    ["text before its first section", ["hello\r\n", parts.cfg, parts.dat], "COMTRADE_SECTION", 1],
    ["binary data of no stated length", [parts.cfg, "--- file type: DAT BINARY ---\r\n"], "COMTRADE_SECTION", 15],
    [
      "binary data of an absurd length",
      [parts.cfg, "--- file type: DAT BINARY: 999999999999 ---\r\n"],
      "COMTRADE_SECTION",
      15,
    ],
    [
      "less binary data than it says",
      [parts.cfg, "--- file type: DAT BINARY: 99 ---\r\n123"],
      "COMTRADE_DATA_LENGTH",
      15,
    ],
    [
      "more binary data than it says",
      [parts.cfg, "--- file type: DAT BINARY: 2 ---\r\n123"],
      "COMTRADE_DATA_LENGTH",
      15,
    ],
  ];

  it.each(wrong)("with %s is refused", (_, all, code, line) => {
    expect(refusal(...all)).toEqual([code, line]);
  });

  const head = (length: number) => bytes(`--- file type: DAT BINARY: ${length} ---\r\n`);
});

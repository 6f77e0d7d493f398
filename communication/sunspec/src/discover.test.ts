import { defineErrors } from "@csj/fault";
import type { RegisterAccess } from "@csj/modbus";
import { Instant, Millis } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { discover, firstModel, identify } from "./discover.ts";
import { planReads } from "./plan.ts";

const refused = defineErrors({ REFUSED: { fault: "device", retry: false, help: "" } });
const lost = defineErrors({ LOST: { fault: "wire", retry: true, help: "" } });

/** A device with the given words from an address on. */
function device(base: number, words: readonly number[]): RegisterAccess {
  return {
    async read({ address, count }) {
      const from = address - base;
      if (from < 0 || from + count > words.length) throw refused.REFUSED("no such address");
      const answer = Uint16Array.from(words.slice(from, from + count));
      return { words: answer, receivedAt: Instant(0), receivedMonotonic: Millis(0) };
    },
    async write() {},
  };
}

const blank = (size: number) => new Array<number>(size).fill(0);
const marker = [0x5375, 0x6e53];
const common = [1, 66, 0x534d, 0x4100, ...blank(64)];
const end = [0xffff, 0];

describe("the models of a SunSpec device", () => {
  it.each([40_000, 0, 50_000])("are found behind the marker at %i", async (base) => {
    const map = await discover(device(base, [...marker, ...common, 103, 50, ...blank(50), ...end]), 1);
    expect(map).toEqual({
      base,
      models: [
        { id: 1, address: base + 2, length: 66 },
        { id: 103, address: base + 70, length: 50 },
      ],
    });
  });

  it("are read past models that nobody here knows", async () => {
    const map = await discover(
      device(0, [...marker, ...common, 64_001, 3, 7, 7, 7, 701, 153, ...blank(153), ...end]),
      1,
    );
    expect(firstModel(map, [103, 701])?.address).toBe(2 + 68 + 5);
  });

  it("say who made it", async () => {
    const access = device(0, [...marker, ...common, ...end]);
    expect(await identify(access, 1, await discover(access, 1))).toMatchObject({ maker: "SMA", serial: "" });
  });

  it("are refused where the chain is damaged, since a wrong length leads anywhere", async () => {
    await expect(discover(device(0, [...marker, 0, 0]), 1)).rejects.toMatchObject({ code: "SUNSPEC_CHAIN" });
    const loop = Array.from({ length: 100 }, () => [9, 1, 0]).flat();
    await expect(discover(device(0, [...marker, ...loop, ...end]), 1)).rejects.toMatchObject({ code: "SUNSPEC_CHAIN" });
  });

  it("are not there on a device without the marker", async () => {
    await expect(discover(device(0, blank(10)), 1)).rejects.toMatchObject({ code: "SUNSPEC_NOT_FOUND" });
  });

  it("are not declared missing because the link was lost", async () => {
    const access = device(0, []);
    access.read = async () => {
      throw lost.LOST("gone");
    };
    await expect(discover(access, 1)).rejects.toMatchObject({ code: "LOST" });
  });
});

describe("a plan of reads", () => {
  it("brings a value, its scale factor and the model's header in one answer", () => {
    const { reads } = planReads({ id: 103, address: 40_069, length: 50 }, ["W", "WH", "Hz"]);
    expect(reads.map(({ address, count, header }) => ({ address, count, header }))).toEqual([
      { address: 40_069, count: 27, header: true },
    ]);
    expect(reads[0]?.points.map(({ name, at, scaleAt }) => [name, at, scaleAt])).toEqual([
      ["W", 14, 15],
      ["Hz", 16, 17],
      ["WH", 24, 26],
    ]);
  });

  it("splits a model that is longer than one answer, and keeps each scale factor with its value", () => {
    const { reads } = planReads({ id: 701, address: 0, length: 153 }, ["W", "TotWhInj", "ThrotPct"]);
    for (const read of reads) expect(read.count).toBeLessThanOrEqual(125);
    const meter = planReads({ id: 213, address: 0, length: 124 }, ["W", "TotWhExp", "Evt"]);
    expect(meter.reads.map(({ address, count }) => [address, count])).toEqual([[28, 98]]);
  });

  it("leaves out what lies behind the length that the device states", () => {
    const plan = planReads({ id: 103, address: 0, length: 20 }, ["W", "WH"]);
    expect(plan.absent).toEqual(["WH"]);
    expect(plan.reads[0]?.points.map((point) => point.name)).toEqual(["W"]);
  });
});

import { Amps, Instant, Millis } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import type { EnergyRead } from "./abilities.ts";
import { EnergyBelief, readBelieved } from "./belief.ts";

/** 63 A x 253 V x 3 phases let 13.3 Wh pass per second. */
const fused = () => new EnergyBelief({ fuse: Amps(63), phases: 3 });

function read(count: number, seconds: number, more: Partial<EnergyRead> = {}): EnergyRead {
  const measuredMonotonic = Millis(seconds * 1000);
  const measuredAt = Instant(1_000_000_000_000 + seconds * 1000);
  return { unit: "Wh", perCount: 1, digits: 6, step: 1, count, measuredAt, measuredMonotonic, ...more };
}

/** Judges reads of one channel one after the other: the change where believed, "doubted" where not. */
function judge(belief: EnergyBelief, reads: readonly EnergyRead[]): string[] {
  return reads.map((entry) => {
    const { believed } = belief.judge("import", entry);
    return believed === undefined ? "doubted" : `${believed.change} ${believed.series}`;
  });
}

describe("an energy register", () => {
  it("is believed at its second agreeing read after the start, and at each later one that fits the fuse", () => {
    expect(judge(fused(), [read(500, 0), read(500, 0), read(510, 5), read(1200, 65)])).toEqual([
      "doubted",
      "first 0",
      "grew 0",
      "grew 0",
    ]);
  });

  it("that is wrong once is not believed, and the next good read is believed at once", () => {
    expect(judge(fused(), [read(500, 0), read(500, 0), read(90_000, 1), read(501, 2)])).toEqual([
      "doubted",
      "first 0",
      "doubted",
      "grew 0",
    ]);
  });

  it("that says 0 while the meter starts begins no new series", () => {
    const reads = [read(500, 0), read(500, 0), read(0, 1), read(0, 2), read(0, 3), read(503, 4)];
    expect(judge(fused(), reads)).toEqual(["doubted", "first 0", "doubted", "doubted", "doubted", "grew 0"]);
  });

  it("that fell for good is another meter: a new series once reads have agreed for half a minute", () => {
    const reads = [read(500, 0), read(500, 0), read(3, 10), read(3, 20), read(4, 41), read(5, 42)];
    expect(judge(fused(), reads)).toEqual(["doubted", "first 0", "doubted", "doubted", "new-series 1", "grew 1"]);
  });

  it("that fell through zero by no more than the fuse lets pass rolled over", () => {
    const reads = [read(999_990, 0), read(999_990, 0), read(4, 5), read(5, 6)];
    expect(judge(fused(), reads)).toEqual(["doubted", "first 0", "doubted", "rolled-over 0"]);
  });

  it("that jumped by more than the fuse lets pass is doubted, and not for the step of its own resolution", () => {
    const coarse = { perCount: 100, step: 1, digits: 9 };
    const belief = new EnergyBelief({ fuse: Amps(10), phases: 1 });
    expect(judge(belief, [read(7, 0, coarse), read(7, 0, coarse), read(8, 1, coarse), read(20, 2, coarse)])).toEqual([
      "doubted",
      "first 0",
      "grew 0",
      "doubted",
    ]);
  });

  it("that changes its resolution is another register", () => {
    const reads = [read(500, 0), read(500, 0), read(500, 1, { perCount: 10 })];
    expect(judge(fused(), reads)).toEqual(["doubted", "first 0", "doubted"]);
  });

  it("goes on with its series over a restart of the gateway, by wall time", () => {
    const belief = fused();
    belief.restore("import", read(500, 0), 3);
    const later = { measuredMonotonic: Millis(10) };
    expect(judge(belief, [read(9000, 3600, later), read(9000, 3600, later)])).toEqual(["doubted", "grew 3"]);
  });

  it("does not trust a wall clock that went backwards over a restart, and takes growth of any size for growth", () => {
    const belief = fused();
    belief.restore("import", read(500, 3600), 3);
    expect(judge(belief, [read(90_000, 0), read(90_000, 0)])).toEqual(["doubted", "grew 3"]);
  });

  it("of an exchanged meter is found out over a restart too", () => {
    const belief = fused();
    belief.restore("import", read(500, 0), 3);
    expect(judge(belief, [read(2, 60), read(2, 60), read(2, 91)])).toEqual(["doubted", "doubted", "new-series 4"]);
  });
});

describe("a believed read", () => {
  it("asks a second time at once where that may settle a doubt, and no third time", async () => {
    let asked = 0;
    const meter = {
      id: "grid",
      channels: ["import" as const],
      async readEnergy() {
        asked += 1;
        return { registers: new Map([["import" as const, read(500, 0)]]), unavailable: new Map() };
      },
    };
    const belief = fused();
    expect((await readBelieved(meter, belief)).registers.get("import")?.count).toBe(500);
    expect(asked).toBe(2);
    await readBelieved(meter, belief);
    expect(asked).toBe(3);
  });
});

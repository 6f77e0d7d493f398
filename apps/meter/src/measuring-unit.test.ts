import { Instant } from "@csj/quantity";
import { FakeTime, silentLog } from "@csj/runtime/fake";
import { describe, expect, it } from "vitest";
import { MeasuringUnit } from "./measuring-unit.ts";
import { SimulatedCircuit } from "./source/simulated.ts";
import type { MeterWrite } from "./store/register-store.ts";

const NOON = Date.parse("2026-06-13T12:00:00Z");
const layout = { rate: 2000, channels: ["u1", "i1"], wiring: "1p2w", nominalHertz: 50, nominalVolts: 230 } as const;

describe("what has to be kept", () => {
  it("is given again, once a second, until the medium takes it, and no interval is lost", () => {
    const time = new FakeTime(Instant(NOON));
    const deps = { clock: time, timers: time, log: silentLog };
    const circuit = new SimulatedCircuit(layout, { kind: "simulated", phases: [{ volts: 230, amps: 10 }] }, deps);
    const asked: MeterWrite[] = [];
    const kept: MeterWrite[] = [];
    let takes = true;
    const unit = new MeasuringUnit({
      config: { rating: { class: "1", connection: "transformer", amps: 100 }, interval_s: 300 },
      layout,
      calibration: circuit.calibration,
      state: undefined,
      keep: (write) => {
        asked.push(write);
        if (takes) kept.push(write);
        return takes;
      },
    });
    unit.stamp(0, NOON);
    const run = (from: number, seconds: number) => {
      for (let second = from; second < from + seconds; second += 1) {
        unit.push(circuit.render(second * layout.rate, layout.rate));
      }
    };
    run(0, 400);
    takes = false;
    const before = asked.length;
    run(400, 600);
    expect(asked.length - before, "once a second and not once a cycle").toBeLessThan(620);
    takes = true;
    run(1000, 5);
    const records = kept.flatMap(({ intervals }) => intervals);
    expect(records.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(records.map(({ end }) => end * 1000 - NOON)).toEqual([300_000, 600_000, 900_000]);
  });
});

import { Instant, Millis } from "@csj/quantity";
import { FakeTime, silentLog } from "@csj/runtime/fake";
import { expect, test } from "vitest";
import type { Gateway } from "./gateway.ts";
import { runCycles } from "./pace.ts";

test("cycles lie on the period, also where a timer fires early, and stop when they are told to", async () => {
  const time = new FakeTime(Instant(0));
  const at: number[] = [];
  const gateway = {
    cycle: async () => {
      at.push(time.monotonic());
    },
  } as unknown as Gateway;
  const early = { after: (delay: Millis, run: () => void) => time.after(Millis(delay * 0.999), run) };
  const pace = runCycles(gateway, { clock: time, timers: early, period: 1_000, log: silentLog });
  await time.advance(Millis(5_500));
  pace.stop();
  await time.advance(Millis(5_000));
  expect(at.map((each) => Math.round(each / 100) * 100)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
});

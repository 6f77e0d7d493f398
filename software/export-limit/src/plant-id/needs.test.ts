import { describe, expect, it } from "vitest";
import { type NeedsSite, unsurvived, type Watchdog } from "./needs.ts";

const site = (watchdog: Watchdog, over: Partial<NeedsSite> = {}): NeedsSite => ({
  units: [{ id: "inverter", watchdog }],
  relay: false,
  ...over,
});
const rule = { backWithin: 15_000 };
const faults = (of: NeedsSite) => unsurvived(of, rule).map(({ fault, answer }) => `${fault} ${answer}`);

describe("what is not survived", () => {
  it("is nothing with a relay that drops out in time", () => {
    expect(faults(site("none", { relay: true, relayDropsMs: 10_000 }))).toEqual([]);
  });

  it("is a dead gateway where the relay keeps its coil and the inverter its limit", () => {
    expect(faults(site("none", { relay: true }))).toEqual(["gateway-dead refused"]);
  });

  it("is an inverter that ignores its limit where there is only a watchdog", () => {
    expect(faults(site("in-time"))).toEqual(["inverter-disobeys refused"]);
  });

  it("is everything where there is neither", () => {
    for (const watchdog of ["none", "too-slow"] as const)
      expect(faults(site(watchdog))).toEqual([
        "gateway-dead refused",
        "inverter-silent refused",
        "inverter-disobeys refused",
      ]);
  });

  it("is nothing where a static limit in the device holds it within what may be exported", () => {
    expect(faults(site("static-limit"))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { type SiteFacts, sumUp, type UnitFacts } from "./sum-up.ts";

const measured = (ms: number) => ({ ms, origin: "measured" as const });
const unit = (over: Partial<UnitFacts> = {}): UnitFacts => ({
  id: "inverter",
  deadTime: measured(1_000),
  kind: "first-order",
  time: measured(1_000),
  onSilence: "falls-to-value",
  silenceMs: 10_000,
  fallsTo: 0,
  scaleRight: true,
  ...over,
});
const site = (over: Partial<SiteFacts> = {}): SiteFacts => ({
  meterPeriod: measured(500),
  bus: measured(100),
  cycle: 1_000,
  units: [unit()],
  allowed: 0,
  rated: 5_000,
  tolerance: 100,
  relay: false,
  unmeasuredSource: false,
  ...over,
});
const soft = { backWithin: 15_000, disobedience: "named" as const };

describe("the sum", () => {
  it("names every part with its origin", () => {
    const { verdict, units } = sumUp(site(), soft);
    expect(verdict).toBe("ok");
    expect(units[0]?.ms).toBe(500 + 100 + 1_000 + 1_000 + 3_000);
    expect(units[0]?.summands.map(({ name, origin }) => `${name} ${origin}`)).toEqual([
      "meter-period measured",
      "bus measured",
      "cycle configured",
      "dead-time measured",
      "ramp measured",
    ]);
  });

  it("demands a relay from an inverter that is slower than the rule", () => {
    const slow = site({ units: [unit({ deadTime: measured(3_000), time: measured(5_000) })] });
    expect(sumUp(slow, soft)).toMatchObject({ verdict: "needs-relay" });
    expect(sumUp(slow, soft).missing.map(({ what }) => what)).toEqual(["loop-too-slow", "watchdog-too-slow"]);
    expect(sumUp({ ...slow, relay: true, relayMs: 1_000, relayDropsMs: 11_000 }, soft).verdict).toBe("ok");
  });

  it("counts a linear ramp over the whole rating", () => {
    expect(sumUp(site({ units: [unit({ kind: "ramp", time: measured(20_000) })] }), soft).units[0]?.inTime).toBe(false);
  });

  it.each(["releases", "keeps", "unknown"] as const)(
    "takes a device that %s for one without a watchdog",
    (onSilence) => {
      const { verdict, missing } = sumUp(site({ units: [unit({ onSilence })] }), soft);
      expect(verdict).toBe("needs-relay");
      expect(missing).toEqual([{ what: "no-watchdog", unit: "inverter" }]);
    },
  );

  it("takes an installer's static limit for a watchdog only where it is within what may be exported", () => {
    const bare = { onSilence: "releases" as const };
    expect(sumUp(site({ units: [unit({ ...bare, staticShare: 0.7 })] }), soft).verdict).toBe("needs-relay");
    expect(sumUp(site({ allowed: 3_500, units: [unit({ ...bare, staticShare: 0.7 })] }), soft).verdict).toBe("ok");
  });

  it("does not take a timer for a watchdog that falls to more than is allowed, or later than the rule", () => {
    expect(sumUp(site({ units: [unit({ fallsTo: 0.6 })] }), soft).missing[0]?.what).toBe("no-watchdog");
    expect(sumUp(site({ units: [unit({ silenceMs: 60_000 })] }), soft).missing[0]?.what).toBe("watchdog-too-slow");
    expect(sumUp(site({ units: [unit({ silenceMs: Number.NaN })] }), soft).missing[0]?.what).toBe("watchdog-too-slow");
  });

  it("asks for a relay where the rule has a hard limit that the loop cannot meet", () => {
    const { verdict, missing } = sumUp(site(), { ...soft, tripAfter: 5_000 });
    expect(verdict).toBe("needs-relay");
    expect(missing).toEqual([{ what: "hard-limit-needs-relay" }]);
    const relay = site({ relay: true, relayMs: 5_000 });
    expect(sumUp(relay, { ...soft, tripAfter: 5_000 }).missing[0]?.what).toBe("relay-too-slow");
  });

  it("refuses a source that nobody measures and a scale that is wrong, relay or not", () => {
    expect(sumUp(site({ unmeasuredSource: true, relay: true }), soft).verdict).toBe("refused");
    expect(sumUp(site({ units: [unit({ scaleRight: false })], relay: true }), soft).verdict).toBe("refused");
  });

  it("does not lean on a relay that keeps its coil when the gateway is dead", () => {
    const bare = site({ units: [unit({ onSilence: "keeps" })], relay: true });
    expect(sumUp(bare, soft)).toMatchObject({
      verdict: "refused",
      missing: [{ what: "relay-keeps", unit: "inverter" }],
    });
    expect(sumUp({ ...bare, relayDropsMs: 20_000 }, soft).verdict).toBe("refused");
    expect(sumUp({ ...bare, relayDropsMs: 11_000 }, soft).verdict).toBe("ok");
  });

  it("demands a relay for an inverter that may ignore its limit, watchdog or not, where the rule does not say else", () => {
    expect(sumUp(site(), { backWithin: 15_000 })).toMatchObject({
      verdict: "needs-relay",
      missing: [{ what: "disobedience", unit: "inverter" }],
    });
    expect(sumUp(site({ relay: true }), { backWithin: 15_000 }).verdict).toBe("ok");
  });

  it("permits it with the exposure named where the rule says so, or where the operator accepted it", () => {
    expect(sumUp(site(), soft)).toMatchObject({ verdict: "ok", named: [{ fault: "inverter-disobeys" }] });
    const accepted = { ...soft, disobedience: "accepted" as const };
    expect(sumUp(site(), accepted).verdict).toBe("needs-relay");
    expect(sumUp(site({ exposureAccepted: true }), accepted)).toMatchObject({
      verdict: "ok",
      named: [{ unit: "inverter" }],
    });
    expect(sumUp(site({ exposureAccepted: true }), { backWithin: 15_000 }).verdict).toBe("needs-relay");
  });
});

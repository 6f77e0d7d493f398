import { Millis } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { Switches } from "./switches.ts";

describe("a switch on site", () => {
  it("stops until it is taken back", () => {
    const switches = new Switches(false, 60);
    switches.give("stop", {}, Millis(0));
    expect(switches.stopped).toBe(true);
    switches.give("resume", {}, Millis(1));
    expect(switches.stopped).toBe(false);
  });

  it("ends maintenance by itself", () => {
    const switches = new Switches(false, 60);
    switches.give("maintenance", { minutes: 10, limit_w: 500 }, Millis(1_000));
    expect(switches.maintenance(Millis(600_999))).toEqual({ limit: 500, until: 601_000 });
    expect(switches.maintenance(Millis(601_000))).toBeUndefined();
  });

  it.each([0, -1, 61, Number.NaN, Number.POSITIVE_INFINITY])("refuses maintenance for %s minutes", (minutes) => {
    expect(() => new Switches(false, 60).give("maintenance", { minutes }, Millis(0))).toThrow("Maintenance lasts");
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a limit of %s W", (limit_w) => {
    expect(() => new Switches(false, 60).give("maintenance", { limit_w }, Millis(0))).toThrow("is no limit");
  });

  it("gives a reset once", () => {
    const switches = new Switches(false, 60);
    switches.give("reset", {}, Millis(0));
    expect([switches.takeReset(), switches.takeReset()]).toEqual([true, false]);
  });
});

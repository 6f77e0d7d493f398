import { describe, expect, it } from "vitest";
import { windowOf } from "../home/day-strip.tsx";
import { homeHref, routeOf, siteHref } from "./router.ts";

describe("paths", () => {
  it("lead to the pages and nowhere else", () => {
    expect(routeOf("/")).toEqual({ page: "street" });
    expect(routeOf("/site/site-01")).toEqual({ page: "site", id: "site-01" });
    expect(routeOf("/waveform/site-01")).toEqual({ page: "waveform", id: "site-01" });
    expect(routeOf("/home/site-01", "?date=2026-06-24")).toEqual({ page: "home", id: "site-01", date: "2026-06-24" });
    expect(routeOf("/home/site-01", "?date=tomorrow")).toMatchObject({ date: undefined });
    for (const path of ["/site", "/site/a/b", "/other/a"]) expect(routeOf(path).page, path).toBe("nowhere");
  });

  it("survive a strange site id", () => {
    expect(routeOf(siteHref("a/b ü?"))).toEqual({ page: "site", id: "a/b ü?" });
    expect(homeHref("a", "2026-01-01")).toBe("/home/a?date=2026-01-01");
  });

  it("keep the strip of days still while one steps within it", () => {
    const last = "2026-06-24";
    expect(windowOf(last, last)).toEqual({ from: "2026-05-28", to: "2026-06-24" });
    expect(windowOf("2026-05-28", last)).toEqual(windowOf(last, last));
    expect(windowOf("2026-05-27", last)).toEqual({ from: "2026-04-30", to: "2026-05-27" });
  });
});

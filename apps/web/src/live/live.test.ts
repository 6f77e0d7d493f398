import { describe, expect, it } from "vitest";
import type { Live, Site } from "../api/shapes.ts";
import { streetSentence, sumOf } from "../street/summary.ts";
import { makeStreet } from "../test/fixture-street.ts";
import { freshness } from "./freshness.ts";
import { type Seen, seenAfter } from "./use-live.ts";
import { explain, verdict } from "./verdict.ts";

const street = makeStreet();
const pictures = street.tick();
const site = street.sites()[0] as Site;
const live = pictures[0] as Live;
const next: Live = { ...live, at: new Date(Date.parse(live.at ?? "") + 1000).toISOString() };
const shown = (seen: Seen | undefined) => ({
  stream: "open" as const,
  sites: new Map(seen === undefined ? [] : [[site.id, seen]]),
});

describe("the age of a picture", () => {
  it("is the gateway's own plus the time since it arrived", () => {
    const seen = seenAfter(seenAfter(undefined, live, 0), { ...next, age_ms: 300 }, 1000);
    expect(freshness(site, shown(seen), 2000)).toEqual({ state: "live", ageMs: 1300 });
  });

  it("turns stale when pictures stop", () => {
    const seen = seenAfter(seenAfter(undefined, live, 0), next, 1000);
    expect(freshness(site, shown(seen), 7000).state).toBe("stale");
  });

  it("does not trust the first picture of a site that is not connected", () => {
    const seen = seenAfter(undefined, live, 1000);
    expect(freshness({ ...site, online: false }, shown(seen), 1100)).toEqual({ state: "last", at: live.at });
  });

  it("is not renewed by the same picture sent again", () => {
    const first = seenAfter(undefined, live, 0);
    expect(seenAfter(first, live, 9000)).toBe(first);
  });

  it("is awaited while the stream is being opened", () => {
    expect(freshness(site, { stream: "connecting", sites: new Map() }, 0).state).toBe("waiting");
  });

  it("is unknown before anything was heard", () => {
    expect(freshness({ ...site, live: null }, shown(undefined), 0).state).toBe("none");
  });
});

describe("a verdict", () => {
  const now = { state: "live", ageMs: 200 } as const;

  it("says what the limit does in a few words", () => {
    expect(verdict({ ...live, limit_w: 2100 }, now).words).toBe("Held at 2.1 kW");
    expect(verdict({ ...live, safe: true, reason: "meter-stale" }, now)).toMatchObject({
      words: "At its safe limit",
      alarm: true,
    });
    expect(verdict({ ...live, reason: "limit-not-taken" }, now)).toMatchObject({
      words: "Limit not taken",
      alarm: true,
    });
    expect(verdict(live, { state: "stale", ageMs: 8000 })).toMatchObject({ words: "No new reading", alarm: true });
  });

  it("has an explanation for every reason of the controller, and an honest one for others", () => {
    const reasons = [
      "not-limiting",
      "following-load",
      "rising",
      "meter-unavailable",
      "meter-stale",
      "pv-unavailable",
      "pv-stale",
      "skewed",
      "implausible",
      "starting",
    ];
    const unknown = explain("something-new").what;
    for (const reason of reasons) expect(explain(reason).what, reason).not.toBe(unknown);
  });
});

describe("a street in words", () => {
  it("counts only homes that are heard", () => {
    const heard = street.sites().map(({ id }) => pictures.find((picture) => picture.site === id));
    const sum = sumOf(heard);
    expect(sum).toMatchObject({ exported: 180, held: 5, safe: 1, heard: 10, homes: 12 });
    expect(streetSentence(sum, 8300)).toContain(
      "Five inverters are held at what their homes use: 8.3 kW of sun is held back. One is at its safe limit. Two homes are not heard.",
    );
  });

  it("says so when nobody is heard, and gives no number", () => {
    const sum = sumOf([undefined, undefined]);
    expect(sum.exported).toBeNull();
    expect(streetSentence(sum)).toBe("None of the two homes is heard right now.");
  });

  it("speaks of one home as of one", () => {
    expect(streetSentence(sumOf([live]))).toMatch(/^One home uses .* and makes .* from the sun\. One inverter is held/);
  });
});

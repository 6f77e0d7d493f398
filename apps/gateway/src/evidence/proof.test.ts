import { toHex } from "@csj/evidence";
import { type Proof, Prover, type Standard } from "@csj/export-limit";
import { Instant, Millis } from "@csj/quantity";
import { nodeDigest, nodeVerifier } from "@csj/runtime/node";
import { describe, expect, it } from "vitest";
import { readStandard } from "../hold/standard.ts";
import { type Bench, bench, START, smallDisk } from "../test/evidence.ts";
import type { Evidence } from "./evidence.ts";
import type { CycleRecord } from "./facts.ts";
import { storedLines } from "./read.ts";

const zero = readStandard("zero");
const g100 = readStandard("g100");
const rated = { ratedW: 5000 };

/** From the first cycle to `seconds` after the start. */
async function held(site: Bench, standard: Standard, seconds: number, from = 1): Promise<Proof> {
  const range = { from: START + from * 1000, to: START + seconds * 1000 };
  const key = toHex(site.signer.publicKey);
  const prover = new Prover({ digest: nodeDigest, verifier: nodeVerifier(), key, standard, range });
  for (const { file, line, text } of storedLines(site.folder)) await prover.add(file, line, text);
  return prover.end();
}

function run(site: Bench, evidence: Evidence, seconds: number, change: Partial<CycleRecord> = {}): void {
  for (let second = 0; second < seconds; second += 1) site.cycle(evidence, { ...rated, ...change });
}

const over = { gridW: -900 };
const rule = (proof: Proof, name: string) => proof.rules.find((one) => one.rule === name);
const resultOf = (proof: Proof, name: string) => rule(proof, name)?.result;

describe("a log held against a standard", () => {
  it("passes where export was back in time, with every rule said", async () => {
    const site = bench();
    const evidence = site.open();
    run(site, evidence, 100);
    run(site, evidence, 9, over);
    run(site, evidence, 200);
    evidence.close();
    const proof = await held(site, zero, 309);
    expect(proof.rules.filter(({ result }) => result !== "pass")).toEqual([]);
    expect(proof.rules.map(({ rule }) => rule)).toEqual([
      "chain",
      "signed",
      "coverage",
      "back-within",
      "response",
      "trip-1",
      "failsafe",
    ]);
    expect(rule(proof, "back-within")?.says).toMatch("over for 9 s at the longest, at 2026-06-21T10:01:41Z");
    expect(proof).toMatchObject({ result: "pass", site: "site-01", gaps: [], undated: 0 });
  });

  it("fails where export lasted longer, and where the trip that was due did not show", async () => {
    const site = bench();
    const evidence = site.open();
    run(site, evidence, 100);
    run(site, evidence, 25, over);
    run(site, evidence, 100);
    evidence.close();
    const proof = await held(site, zero, 225);
    expect(resultOf(proof, "back-within")).toBe("fail");
    expect(rule(proof, "trip-1")).toMatchObject({ result: "fail", says: expect.stringMatching("due and not seen") });
  });

  it("takes a trip that shows", async () => {
    const site = bench();
    const evidence = site.open();
    run(site, evidence, 60);
    run(site, evidence, 12, over);
    run(site, evidence, 5, { ...over, mode: "failsafe", reason: "export-over", limitW: 0 });
    run(site, evidence, 60);
    evidence.close();
    expect(resultOf(await held(site, zero, 145), "trip-1")).toBe("pass");
  });

  it("measures the answer to each lowered limit", async () => {
    const site = bench();
    const evidence = site.open();
    run(site, evidence, 60, { gridW: -1400, allowedW: 1500 });
    run(site, evidence, 7, { gridW: -1400, allowedW: 500 });
    run(site, evidence, 60, { gridW: -450, allowedW: 500 });
    run(site, evidence, 18, { gridW: -450, allowedW: 0 });
    run(site, evidence, 60, { gridW: 20, allowedW: 0 });
    evidence.close();
    const first = await held(site, zero, 100);
    expect(rule(first, "response")).toMatchObject({ result: "pass", says: expect.stringMatching("took 7 s") });
    const both = await held(site, zero, 205);
    expect(rule(both, "response")).toMatchObject({
      result: "fail",
      says: expect.stringMatching("2 lowered.*took 18 s"),
    });
  });

  it("does not call passed what nobody saw: a kill, a clock that nobody vouches for, a meter that is lost, lost records", async () => {
    const site = bench();
    const disk = smallDisk();
    const evidence = site.open({ disk });
    run(site, evidence, 100);
    disk.room = 0;
    run(site, evidence, 130);
    disk.room = Number.POSITIVE_INFINITY;
    run(site, evidence, 70);
    evidence.close();
    const lost = await held(site, zero, 300);
    expect(resultOf(lost, "coverage")).toBe("not-shown");
    expect(resultOf(lost, "back-within")).toBe("not-shown");
    expect(lost.gaps[0]?.why).toBe("records were lost");

    site.time.skip(Millis(600_000));
    const again = site.open();
    run(site, again, 60);
    again.close();
    const off = await held(site, zero, 960, 240);
    expect(off.gaps.at(-1)?.why).toBe("the program did not run");
    expect(off.result).toBe("not-shown");
  });

  it("does not take a disbelieved meter for one that shows no export", async () => {
    const site = bench();
    const evidence = site.open();
    run(site, evidence, 60);
    run(site, evidence, 100, { reason: "implausible", mode: "failsafe", limitW: 0 });
    run(site, evidence, 60);
    evidence.close();
    const proof = await held(site, zero, 220);
    expect(resultOf(proof, "back-within")).toBe("not-shown");
    expect(resultOf(proof, "failsafe")).toBe("pass");
  });

  it("fails a lost meter that led to no safe state", async () => {
    const site = bench();
    const evidence = site.open();
    run(site, evidence, 60);
    run(site, evidence, 30, { gridW: undefined });
    run(site, evidence, 60);
    evidence.close();
    expect(resultOf(await held(site, zero, 150), "failsafe")).toBe("fail");
  });

  it("is not shown in time that no signature covers, nor where time was never trusted", async () => {
    const site = bench();
    site.time.setTrusted(false);
    const evidence = site.open();
    run(site, evidence, 200);
    evidence.close();
    const proof = await held(site, zero, 200);
    expect(proof.result).toBe("not-shown");
    expect(proof.undated).toBeGreaterThan(3);
    expect(resultOf(proof, "signed")).toBe("not-shown");
  });

  it("fails a log of which one figure was changed", async () => {
    const site = bench();
    const evidence = site.open();
    run(site, evidence, 200);
    evidence.close();
    const range = { from: START + 1000, to: START + 200_000 };
    const key = toHex(site.signer.publicKey);
    const prover = new Prover({ digest: nodeDigest, verifier: nodeVerifier(), key, standard: zero, range });
    for (const { file, line, text } of storedLines(site.folder)) {
      await prover.add(file, line, text.replace('"over_longest_ms":0', '"over_longest_ms":1'));
    }
    const proof = prover.end();
    expect(resultOf(proof, "chain")).toBe("fail");
    expect(proof.rules.filter(({ result }) => result === "pass")).toEqual([]);
  });
});

describe("excursions that are counted", () => {
  function excursions(site: Bench, evidence: Evidence, count: number, change: Partial<CycleRecord> = {}): void {
    for (let index = 0; index < count; index += 1) {
      run(site, evidence, 60, change);
      run(site, evidence, 10, { ...over, ...change });
    }
  }
  const locked = { mode: "lockout", reason: "excursions", limitW: 0, pvW: 0, gridW: 2000 };

  it("lock the site after the third, for four hours, or the proof fails", async () => {
    const site = bench();
    const evidence = site.open();
    excursions(site, evidence, 2);
    run(site, evidence, 60);
    run(site, evidence, 6, over);
    run(site, evidence, 4 * 3600, locked);
    run(site, evidence, 60);
    evidence.close();
    const good = await held(site, g100, 14_660);
    expect(resultOf(good, "excursions")).toBe("pass");
    expect(rule(good, "lockout")).toMatchObject({ result: "pass", says: expect.stringMatching("1 lockouts, 4 h") });
    // By the standard's own time of 5 s the answers were too slow.
    expect(resultOf(good, "back-within")).toBe("fail");
  });

  it("fail where there was no lockout, or a short one, or one that let power through", async () => {
    const none = bench();
    const first = none.open();
    excursions(none, first, 3);
    run(none, first, 60);
    first.close();
    expect(resultOf(await held(none, g100, 270), "excursions")).toBe("fail");

    const short = bench();
    const second = short.open();
    run(short, second, 60);
    run(short, second, 3600, locked);
    run(short, second, 60);
    second.close();
    expect(rule(await held(short, g100, 3720), "lockout")?.says).toMatch("left after 60 min");

    const open = bench();
    const third = open.open();
    run(open, third, 60, { ...locked, limitW: 300 });
    third.close();
    expect(resultOf(await held(open, g100, 60), "lockout")).toBe("fail");
  });

  it("do not count while maintenance is switched on", async () => {
    const site = bench();
    const evidence = site.open();
    for (let index = 0; index < 3; index += 1) {
      run(site, evidence, 60);
      const startedAt = Millis(site.time.monotonic() + 1000);
      const facts = { startedAt, counted: false, maintenance: true };
      run(site, evidence, 10, { ...over, excursion: { ...facts, over: true } });
      site.cycle(evidence, { ...rated, excursion: { ...facts, over: false } });
    }
    run(site, evidence, 60);
    evidence.close();
    const proof = await held(site, g100, 273);
    expect(rule(proof, "excursions")).toMatchObject({ result: "pass", says: expect.stringMatching("^0 longer") });
  });
});

describe("a share of the rating", () => {
  it("is asked of the allowed export where the standard does", async () => {
    const site = bench(Instant(START));
    const evidence = site.open();
    run(site, evidence, 90, { gridW: -2900, allowedW: 2900 });
    evidence.close();
    const proof = await held(site, readStandard("vde-4105"), 90);
    expect(rule(proof, "lowest-limit")).toMatchObject({ result: "fail" });
  });
});

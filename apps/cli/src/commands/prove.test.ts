import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEvidence, openIdentity } from "@csj/gateway";
import { Instant, Millis } from "@csj/quantity";
import { FakeTime, silentLog } from "@csj/runtime/fake";
import { nodeDigest } from "@csj/runtime/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prove } from "./prove.ts";

const home = mkdtempSync(join(tmpdir(), "csj-prove-"));
const site = { site: "site-01", folder: home };

beforeAll(() => {
  const time = new FakeTime(Instant(Date.parse("2026-06-21T10:00:00Z")));
  const { signer } = openIdentity(home);
  const folder = join(home, "evidence");
  const evidence = openEvidence({ folder, site: "site-01", signer, digest: nodeDigest, clock: time, log: silentLog });
  for (let second = 0; second < 300; second += 1) {
    time.skip(Millis(1000));
    const now = time.monotonic();
    const gridW = second >= 100 && second < 108 ? -700 : 40;
    const common = { limitW: 2000, allowedW: 0, origin: "installer", mode: "normal", reason: "following-load" };
    evidence.cycle({
      ...common,
      now,
      wall: time.now(),
      gridW,
      gridAt: now,
      pvW: 1900,
      pvAt: now,
      ratedW: 5000,
      units: [],
    });
  }
  evidence.close();
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe("csj prove", () => {
  const inside = { from: Date.parse("2026-06-21T10:00:01Z"), to: Date.parse("2026-06-21T10:05:00Z") };

  it("passes a log with the folder's own key, and with one that came another way", async () => {
    const { proof, key } = await prove({ ...site, ...inside });
    expect(proof.rules.filter(({ result }) => result !== "pass")).toEqual([]);
    expect((await prove({ ...site, ...inside, key: key.hex })).proof.result).toBe("pass");
    expect((await prove({ ...site, ...inside, key: "0".repeat(64) })).proof.result).toBe("fail");
  });

  it("asks for the day before the last signature where nothing else is said, and does not pass what is not there", async () => {
    const { proof } = await prove(site);
    expect(proof.range.to).toBe(Date.parse("2026-06-21T10:05:00Z"));
    expect(proof).toMatchObject({ result: "not-shown", gaps: [{ why: "the log begins later" }] });
  });

  it("holds the same log against another standard", async () => {
    const { proof } = await prove({ ...site, ...inside, standard: "g100" });
    expect(proof.rules.find(({ rule }) => rule === "back-within")).toMatchObject({ result: "fail", verified: false });
  });

  it("refuses another site, an unknown standard, a range that ends before it begins, and a folder without a log", async () => {
    await expect(prove({ ...site, site: "site-02" })).rejects.toMatchObject({ code: "CLI_OPTION_INVALID" });
    await expect(prove({ ...site, standard: "none" })).rejects.toMatchObject({ code: "GATEWAY_STANDARD" });
    await expect(prove({ ...site, from: inside.to, to: inside.from })).rejects.toMatchObject({
      code: "CLI_OPTION_INVALID",
    });
    await expect(prove({ site: "site-01", folder: tmpdir() })).rejects.toMatchObject({ code: "CLI_PROOF_NO_LOG" });
  });

  it("names file and line of the first record that was changed", async () => {
    const folder = join(home, "evidence");
    const name = readdirSync(folder).find((one) => one.endsWith(".jsonl"))!;
    const whole = readFileSync(join(folder, name), "utf8");
    const line = whole.split("\n").findIndex((text) => text.includes('"over_w":700')) + 1;
    writeFileSync(join(folder, name), whole.replace('"over_w":700', '"over_w":7'));
    const { proof } = await prove({ ...site, ...inside });
    writeFileSync(join(folder, name), whole);
    expect(proof.result).toBe("fail");
    expect(proof.rules[0]!.says).toContain(`${name}:${line}`);
  });
});

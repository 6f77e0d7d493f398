import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Pool, Task } from "./no-export-pool.ts";
import { recorded } from "./no-export-record.ts";

const home = mkdtempSync(join(tmpdir(), "csj-record-"));
afterAll(() => rmSync(home, { recursive: true }));
const task = (seed: number): Task => ({
  site: "one-704",
  faults: [{ fault: "silent", on: "one-704-grid" }],
  seed,
  seconds: 10,
});

function counting(): Pool & { readonly ran: number[] } {
  const ran: number[] = [];
  const run = async ({ seed }: Task) => {
    ran.push(seed);
    return { over: [], exportedWh: seed, peakW: 0, foundAfterS: undefined };
  };
  return { ran, run, close: async () => {} };
}

it("goes on where a campaign was broken off, also in the middle of a line", async () => {
  const file = join(home, "out.jsonl");
  const first = recorded(counting(), file);
  for (const seed of [1, 2]) await first.run(task(seed));
  appendFileSync(file, readFileSync(file, "utf8").slice(0, 40));
  const pool = counting();
  const second = recorded(pool, file);
  const results = [];
  for (const seed of [1, 2, 3]) results.push(await second.run(task(seed)));
  expect(pool.ran).toEqual([3]);
  expect(results.map(({ exportedWh }) => exportedWh)).toEqual([1, 2, 3]);
  const third = counting();
  await recorded(third, file).run(task(3));
  expect(third.ran).toEqual([]);
});

it("does not write to a file that is none of a campaign", () => {
  const file = join(home, "letter.txt");
  writeFileSync(file, "Dear Sir,\nsomething else\n");
  expect(() => recorded(counting(), file)).toThrow("is not a campaign's file");
});

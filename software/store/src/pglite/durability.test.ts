import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "../open.ts";
import { type Place, pglitePlace } from "../test/databases.ts";
import { openPglite } from "./client.ts";

/** Built code: a child process loads no TypeScript. */
const WRITER = new URL("../../dist/test/writer.js", import.meta.url);
const KILLS = 4;
/** Each kill is followed by a start, which takes seconds on a busy machine. */
const KILLS_TIMEOUT_MS = 120_000;

let place: Place;
let folder: string;

beforeEach(async () => {
  place = await pglitePlace();
  folder = place.address.slice("pglite:".length);
});
afterEach(() => place.remove());

describe("PGlite on a disk", () => {
  it("forces the log to the disk once for each commit", async () => {
    const database = await openPglite(folder);
    await database.script("CREATE TABLE t (a int4)");
    const before = await database.syncs();
    for (let at = 0; at < 10; at += 1) await database.query("INSERT INTO t VALUES ($1)", [at]);
    expect((await database.syncs()) - before).toBe(10);
    await database.close();
  });

  it("refuses a second opener by the folder's name, and lets the next one in when the first is gone", async () => {
    const first = await openPglite(folder);
    await expect(openPglite(folder)).rejects.toMatchObject({
      code: "RUNTIME_FOLDER_IN_USE",
      message: expect.stringContaining(folder),
    });
    await first.close();
    const second = await openPglite(folder);
    await second.close();
    await expect(second.query("SELECT 1")).rejects.toMatchObject({ code: "STORE_CLOSED" });
  });

  it("keeps its log short although it has no checkpointer", async () => {
    const database = await openPglite(folder);
    await database.script("CREATE TABLE t (a text)");
    for (let at = 0; at < 200; at += 1) {
      await database.query("INSERT INTO t SELECT repeat('x', 1000) FROM generate_series(1, 1000)");
    }
    await database.close();
    const log = join(folder, "pg/pg_wal");
    const bytes = readdirSync(log).reduce((all, name) => all + statSync(join(log, name)).size, 0);
    expect(bytes).toBeLessThan(210_000_000);
  });

  it(
    `has every row that it confirmed after each of ${KILLS} kill -9, and its folder is free at once`,
    async () => {
      let confirmed = 0;
      for (let round = 0; round < KILLS; round += 1) {
        confirmed = await writeUntilKilled(confirmed, 60 + round * 40);
        const database = await openDatabase(`pglite:${folder}`);
        const { rows } = await database.query<{ rows: number; last: number }>(
          "SELECT count(*) AS rows, coalesce(max(value::int8), 0) AS last FROM setting WHERE name LIKE 'row%'",
        );
        const { rows: count = 0, last = 0 } = rows[0] ?? {};
        await database.close();
        expect(count).toBe(last);
        expect(last).toBeGreaterThanOrEqual(confirmed);
        confirmed = last;
      }
    },
    KILLS_TIMEOUT_MS,
  );
});

describe("a database address", () => {
  it.each(["", "pglite:", "mysql://x", "/var/lib/csj"])(
    "%j is refused, saying what one looks like",
    async (address) => {
      await expect(openDatabase(address)).rejects.toMatchObject({ code: "STORE_ADDRESS" });
    },
  );

  it("of a server that is not there is refused with its own code", async () => {
    await expect(openDatabase("postgres://csj@127.0.0.1:1/csj")).rejects.toMatchObject({ code: "STORE_UNREACHABLE" });
  });
});

/** Gives the last row that the writer said was committed, killed some time after its first one. */
function writeUntilKilled(from: number, afterMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRITER.pathname, folder, String(from)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => {
      if (said === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
      said += bytes.toString();
    });
    child.once("error", reject);
    child.once("exit", () => resolve(Number(said.trimEnd().split("\n").slice(0, -1).at(-1) ?? from)));
  });
}

/** The databases that the same tests run on: PGlite in a temporary folder, and PostgreSQL where a server is installed. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrations } from "../migrate.ts";
import { openDatabase } from "../open.ts";

const INSTALLED = "/usr/lib/postgresql";

export const postgresBin: string | undefined = newestBin();

export interface Place {
  readonly address: string;
  remove(): Promise<void>;
}

/** A copy of a database that was made once: a new one takes some four seconds. */
export async function pglitePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "csj-store-"));
  cpSync(await template(), folder, { recursive: true });
  return {
    address: `pglite:${folder}`,
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Left in the system's temporary folder for the next run, under a name that a change of the schema changes. */
async function template(): Promise<string> {
  const version = createHash("sha256")
    .update(
      migrations()
        .map(({ checksum }) => checksum)
        .join(),
    )
    .digest("hex");
  const folder = join(tmpdir(), `csj-pglite-template-${version.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const making = mkdtempSync(join(tmpdir(), "csj-template-"));
  await (await openDatabase(`pglite:${making}`)).close();
  try {
    renameSync(making, folder);
  } catch {
    // Another test's thread was faster; both made the same.
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}

/** A server of its own, on a free port and without a password, in a temporary folder. */
export async function postgresPlace(): Promise<Place> {
  const bin = postgresBin ?? "";
  const owner = serverUser();
  const folder = mkdtempSync(join(tmpdir(), "csj-postgres-"));
  if (owner !== undefined) chownSync(folder, owner, owner);
  const as = owner === undefined ? {} : { uid: owner, gid: owner };
  const data = join(folder, "data");
  const made = spawnSync(join(bin, "initdb"), ["-D", data, "-U", "csj", "-A", "trust", "-N"], {
    ...as,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const server = spawn(join(bin, "postgres"), ["-D", data, "-p", String(port), "-k", folder, "-h", "127.0.0.1"], {
    ...as,
    stdio: "ignore",
  });
  await answering(bin, port);
  return {
    address: `postgres://csj@127.0.0.1:${port}/postgres`,
    remove: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function newestBin(): string | undefined {
  if (!existsSync(INSTALLED)) return undefined;
  const versions = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(INSTALLED, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
}

/** PostgreSQL refuses to run as root, so root starts it as somebody else. */
function serverUser(): number | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { stdout } = spawnSync("id", ["-u", "postgres"], { encoding: "utf8" });
  const NOBODY = 65_534;
  return Number(stdout.trim()) || NOBODY;
}

const TRIES_MAX = 100;
const TRY_EVERY_MS = 50;

async function answering(bin: string, port: number): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (spawnSync(join(bin, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]).status === 0) return;
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS));
  }
  throw new Error("PostgreSQL did not start");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

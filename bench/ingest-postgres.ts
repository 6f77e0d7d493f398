/** A PostgreSQL server of our own for the bench, with its defaults but for the room that its log may take. */
import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const INSTALLED = "/usr/lib/postgresql";
const SETTINGS = ["max_wal_size=4GB", "shared_buffers=512MB"];
const NOBODY = 65_534;

const bin = existsSync(INSTALLED)
  ? readdirSync(INSTALLED)
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(INSTALLED, version, "bin"))
      .find((folder) => existsSync(join(folder, "initdb")))
  : undefined;

export const hasPostgres = bin !== undefined;

export async function startPostgres(): Promise<{ address: string; close(): Promise<void> }> {
  const tools = bin ?? "";
  const folder = mkdtempSync(join(tmpdir(), "csj-bench-postgres-"));
  const as = asOther(folder);
  const data = join(folder, "data");
  const made = spawnSync(join(tools, "initdb"), ["-D", data, "-U", "csj", "-A", "trust"], { ...as, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const port = await freePort();
  const settings = SETTINGS.flatMap((setting) => ["-c", setting]);
  const server = spawn(
    join(tools, "postgres"),
    ["-D", data, "-p", String(port), "-k", folder, "-h", "127.0.0.1", ...settings],
    { ...as, stdio: "ignore" },
  );
  await answering(tools, port);
  return {
    address: `postgres://csj@127.0.0.1:${port}/postgres`,
    close: async () => {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGINT");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function asOther(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const owner = Number(spawnSync("id", ["-u", "postgres"], { encoding: "utf8" }).stdout.trim()) || NOBODY;
  chownSync(folder, owner, owner);
  return { uid: owner, gid: owner };
}

async function answering(tools: string, port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (spawnSync(join(tools, "pg_isready"), ["-q", "-h", "127.0.0.1", "-p", String(port)]).status === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("PostgreSQL did not start.");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/**
 * Builds what has changed: the TypeScript projects and the pages, at once. Does nothing when the last build is newer than
 * every source, so `npm start` costs a directory walk. Plain JavaScript, since it is what makes TypeScript run.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, ".build-stamp");
const roots = ["foundation", "measuring", "communication", "software", "apps", "testing", "bench", "tools"];
const skipped = new Set(["node_modules", "dist", "types-out"]);
const sources = /\.(ts|tsx|mjs|css|html|json|svg|png|yaml|sql)$/;

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, newest(path));
    else if (sources.test(entry.name)) latest = Math.max(latest, statSync(path).mtimeMs);
  }
  return latest;
}

function fresh() {
  if (!existsSync(stamp) || !existsSync(join(root, "apps/web/dist/index.html"))) return false;
  const built = statSync(stamp).mtimeMs;
  const changed = [
    ...roots.map((name) => newest(join(root, name))),
    statSync(join(root, "tsconfig.base.json")).mtimeMs,
  ];
  return Math.max(...changed) <= built;
}

function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "node_modules", command), ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    child.stderr.on("data", (text) => (said += text));
    child.on("close", (code) => resolve({ command, code, said }));
  });
}

if (!fresh()) {
  const started = Date.now();
  const results = await Promise.all([
    run("typescript/bin/tsc", ["-b"]),
    run("vite/bin/vite.js", ["build", "apps/web", "--logLevel", "warn"]),
  ]);
  for (const { command, code, said } of results) {
    if (code === 0) continue;
    process.stderr.write(`${command} failed:\n${said}\n`);
    process.exitCode = 1;
  }
  if (process.exitCode === undefined) writeFileSync(stamp, new Date(started).toISOString());
}

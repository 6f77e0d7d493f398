/**
 * What a cycle costs a gateway: process time of a real `csj gateway` with three meters and six inverters on sockets, at
 * one cycle a second, divided by its cycles. The devices are another process, so their work is not counted; starting is
 * not counted either.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { BenchOptions, Row } from "./bench.ts";

const CSJ = fileURLToPath(new URL("../../apps/cli/bin/csj.mjs", import.meta.url));
const SHORT_S = 24;
/** What the figure is stated for. */
const FULL_S = 600;
/** Code is compiled and devices are asked what they are before the clock starts. */
const WARM_S = 6;
/** Of /proc/PID/stat. */
const TICKS_PER_S = 100;

const PLANT = `
sites:
  - name: Six inverters
    load_w: 6000
    sun_w: 30000
    fuse_a: 160
    grid: {profile: eastron-sdm630}
    pv: {profile: eastron-sdm630}
    battery: {meter: {profile: eastron-sdm630}, power_w: 0}
    inverters: [${Array.from({ length: 6 }, () => "{control: '704', rated_w: 5000}").join(", ")}]
`;

export default async function cycle({ full, progress }: BenchOptions): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "csj-cycle-"));
  const children: ChildProcess[] = [];
  try {
    return await measure(folder, children, full ? FULL_S : SHORT_S, progress);
  } finally {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  folder: string,
  children: ChildProcess[],
  seconds: number,
  progress: (text: string) => void,
): Promise<Row[]> {
  writeFileSync(join(folder, "plant.yaml"), PLANT);
  mkdirSync(join(folder, "sites"));
  const plant = ["simulate", "--config", join(folder, "plant.yaml"), "--gateway-config", join(folder, "sites")];
  await started(children, [...plant, "--modbus-port", "0", "--json"]);
  const file = siteFile(join(folder, "sites"));
  writeFileSync(file, `${readFileSync(file, "utf8")}\npage: {port: 0}\n`);
  const gateway = ["gateway", "--config", file, "--home", join(folder, "home"), "--log", "error", "--json"];
  const { child, says } = await started(children, gateway);
  await sleep(WARM_S * 1000);
  const before = await lookAt(child, says["page"] as string);
  progress(`measuring for ${seconds} s`);
  await sleep(seconds * 1000);
  const after = await lookAt(child, says["page"] as string);
  const cycles = after.cycles - before.cycles;
  if (cycles < 0.9 * seconds) throw new Error(`${cycles} cycles in ${seconds} s: the gateway did not keep its pace.`);
  if (!after.good) throw new Error("The gateway could not read its site, so its cycles are no whole ones.");
  const ms = ((after.cpuS - before.cpuS) * 1000) / cycles;
  return [{ case: "3 meters, 6 inverters", subject: "csj", metric: "cpu_ms_per_cycle", value: ms, unit: "ms" }];
}

async function started(children: ChildProcess[], words: readonly string[]) {
  const child = spawn(process.execPath, [CSJ, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes("\n")) resolve(said.slice(0, said.indexOf("\n")));
    });
    child.once("exit", (code) => reject(new Error(`csj ${words[0]} ended with ${code}.`)));
  });
  return { child, says: JSON.parse(line) as Record<string, unknown> };
}

function siteFile(folder: string): string {
  const [file] = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  if (file === undefined) throw new Error("There is no site's file.");
  return join(folder, file);
}

async function lookAt(child: ChildProcess, page: string) {
  const health = (await (await fetch(`${page}/healthz`)).json()) as { cycles: number };
  const { sites } = (await (await fetch(`${page}/api/v1/sites`)).json()) as {
    sites: [{ live: { grid_w: number | null; pv_w: number | null; limit_w: number | null } }];
  };
  const { grid_w: grid, pv_w: pv, limit_w: limit } = sites[0].live;
  return { cycles: health.cycles, cpuS: cpuSeconds(child.pid ?? 0), good: [grid, pv, limit].every((w) => w !== null) };
}

/** User and system time of a process, all threads. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/**
 * kill -9 of gateway, head-end and broker at random moments under load, as separate processes on real sockets.
 *
 * The plant (`csj simulate`) goes on and writes down what it served each second; at the end every boundary must be in the
 * head-end, at most late, every interval must be the difference of its boundaries' registers, and every register must be
 * one that the meter served at the moment that the gateway says: then no energy is lost or doubled. Time runs faster than
 * the clock on the wall, by the `--clock` that all parts are given.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Random } from "@csj/runtime";
import { seededRandom } from "@csj/runtime/fake";
import { parse, stringify } from "yaml";
import { checkRegisters, type MeterIntervals, type MeterRegisters, parseTruth } from "./check-registers.ts";
import { type Part, part, until } from "./process.ts";

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  readonly sites: number;
  /** Simulated seconds in a real one. */
  readonly speed: number;
  progress(text: string): void;
}

export interface KillResult {
  readonly kills: number;
  readonly boundaries: number;
  readonly late: number;
  /** What was wrong; empty is what is hoped for. */
  readonly problems: readonly string[];
}

const INTERVAL_S = 300;
/** Every simulated time lies in this summer's morning, when there is sun to hold back. */
const SIMULATED_START = "2026-06-14T09:57:00.000Z";
const SIMULATED_END = "2026-06-15T00:00:00.000Z";
const CODE = "campaign-code";
const CSJ = fileURLToPath(new URL("../../../apps/cli/bin/csj.mjs", import.meta.url));

interface Stage {
  readonly folder: string;
  readonly clock: string;
  readonly brokerPort: number;
  readonly httpPort: number;
  readonly plant: Part;
  readonly broker: Part;
  readonly headEnd: Part;
  readonly gateways: readonly Part[];
  readonly truthFile: string;
}

export async function killCampaign(options: KillOptions): Promise<KillResult> {
  const random = seededRandom(options.seed);
  const stage = await setStage(options);
  try {
    await startAll(stage, options.sites);
    await killAll(stage, random, options);
    await settle(options);
    return await judge(stage, options);
  } finally {
    for (const one of [...stage.gateways, stage.headEnd, stage.broker, stage.plant]) await one.kill();
    rmSync(stage.folder, { recursive: true, force: true });
  }
}

async function setStage({ sites, speed }: KillOptions): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "csj-kill-"));
  const [brokerPort, httpPort, modbusPort] = [await freePort(), await freePort(), await freePorts(4 * sites)];
  const clock = `${new Date(Date.now() + 1_000).toISOString()}=${SIMULATED_START}@${speed}`;
  const truthFile = join(folder, "truth.jsonl");
  const configs = join(folder, "sites");
  mkdirSync(configs);
  const csj = (name: string, ...args: string[]) => part(name, process.execPath, [CSJ, ...args]);
  const plant = csj(
    "plant",
    ...["simulate", "--sites", String(sites), "--modbus-port", String(modbusPort), "--clock", clock],
    ...["--truth", truthFile, "--gateway-config", configs],
  );
  plant.start();
  await until(`the plant's site files\n${plant.output()}`, 20_000, async () => readdirSync(configs).length === sites);
  await sleep(300);
  const files = readdirSync(configs).map((name) => join(configs, name));
  for (const file of files) retune(file, `mqtt://127.0.0.1:${brokerPort}`);
  return {
    folder,
    clock,
    brokerPort,
    httpPort,
    truthFile,
    plant,
    broker: part("broker", "mosquitto", ["-c", brokerFile(folder, brokerPort)]),
    headEnd: csj("head-end", "head-end", "--config", headEndFile(folder, brokerPort, httpPort, sites)),
    gateways: files.map((file, at) =>
      csj(
        `gateway-${at + 1}`,
        "gateway",
        "--config",
        file,
        "--home",
        join(folder, `gateway-${at + 1}`),
        "--clock",
        clock,
      ),
    ),
  };
}

function retune(file: string, broker: string): void {
  const config = parse(readFileSync(file, "utf8"));
  const code = `${CODE}-${config.site.id}`;
  const { page: _page, ...rest } = config;
  writeFileSync(file, stringify({ ...rest, interval_s: INTERVAL_S, head_end: { broker, enrolment_code: code } }));
}

function brokerFile(folder: string, port: number): string {
  const file = join(folder, "mosquitto.conf");
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  return file;
}

function headEndFile(folder: string, brokerPort: number, httpPort: number, sites: number): string {
  const file = join(folder, "head-end.yaml");
  const codes = Array.from({ length: sites }, (_, at) => `${CODE}-site-${String(at + 1).padStart(2, "0")}`);
  writeFileSync(
    file,
    stringify({
      database: `pglite:${join(folder, "database")}`,
      broker: `mqtt://127.0.0.1:${brokerPort}`,
      http: { host: "127.0.0.1", port: httpPort },
      token_file: join(folder, "token"),
      enrolment: { codes },
    }),
  );
  return file;
}

async function startAll(stage: Stage, sites: number): Promise<void> {
  stage.broker.start();
  await sleep(500);
  stage.headEnd.start();
  await until("the head-end", 60_000, async () => (await fetch(`${base(stage)}/healthz`)).ok);
  for (const gateway of stage.gateways) gateway.start();
  await until("all sites at the head-end", 60_000, async () => (await meters(stage)).length >= sites).catch((error) => {
    const said = [stage.headEnd, ...stage.gateways].map((one) => `${one.name}: ${one.output()}`).join("\n");
    throw new Error(`${String(error)}\n${said}`);
  });
}

async function killAll(stage: Stage, random: Random, { kills, progress }: KillOptions): Promise<void> {
  const parts = [...stage.gateways, stage.headEnd, stage.broker];
  for (let kill = 1; kill <= kills; kill += 1) {
    const victim = parts[Math.floor(random.next() * parts.length)] as Part;
    const pause = 1_000 + random.next() * 4_000;
    await sleep(pause);
    await victim.kill();
    await sleep(random.next() * 500);
    victim.start();
    progress(`${kill}/${kills} ${victim.name} killed after ${Math.round(pause)} ms`);
  }
}

/** Two more boundaries under calm, so that whatever waited has been delivered. */
async function settle({ speed, progress }: KillOptions): Promise<void> {
  progress("waiting for two more boundaries");
  await sleep((2.2 * INTERVAL_S * 1000) / speed);
}

async function judge(stage: Stage, { kills, sites }: KillOptions): Promise<KillResult> {
  const truth = parseTruth(readFileSync(stage.truthFile, "utf8"));
  const found = await meters(stage);
  const problems = found.length < sites ? [`${found.length} meters instead of at least ${sites}`] : [];
  let boundaries = 0;
  let late = 0;
  for (const meter of found) {
    const range = `from=${SIMULATED_START}&to=${SIMULATED_END}`;
    const registers = await read<MeterRegisters>(stage, `meters/${meter}/registers?${range}`);
    const intervals = await read<MeterIntervals>(stage, `meters/${meter}/intervals?${range}`);
    const checked = checkRegisters(meter, registers, intervals, truth, INTERVAL_S);
    boundaries += checked.boundaries;
    late += checked.late;
    problems.push(...checked.problems);
  }
  if (problems.length > 0) {
    for (const one of [stage.headEnd, ...stage.gateways])
      problems.push(`${one.name} said: ${one.output().slice(-2000)}`);
  }
  return { kills, boundaries, late, problems };
}

const base = ({ httpPort }: Stage) => `http://127.0.0.1:${httpPort}`;

async function meters(stage: Stage): Promise<string[]> {
  const { meters: list } = await read<{ meters: { id: string }[] }>(stage, "meters");
  return list.map(({ id }) => id);
}

async function read<T>(stage: Stage, path: string): Promise<T> {
  const answer = await fetch(`${base(stage)}/api/v1/${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function freePort(): Promise<number> {
  return freePorts(1);
}

/** The first of `count` ports that were free together a moment ago. */
async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const first = await listenOnce(0);
    const rest = Array.from({ length: count - 1 }, (_, at) => first + at + 1);
    const free = await Promise.all(
      rest.map((port) =>
        listenOnce(port).then(
          () => true,
          () => false,
        ),
      ),
    );
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}

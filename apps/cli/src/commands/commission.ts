/** `csj commission`: walks an installer through a site, on the terminal or in a page, and leaves a signed report. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Answers,
  Commissioning,
  type GatewayConfig,
  loadConfig,
  openIdentity,
  type Report,
  ruleFor,
  serveCommission,
  verifyReport,
} from "@csj/gateway";
import { ModbusBus, parseBusAddress } from "@csj/modbus";
import { profile, profileIds } from "@csj/profiles";
import { lockFolder } from "@csj/runtime/folder";
import { linksOf, nodeClock, nodeDigest, nodeLog, nodeTimers, nodeVerifier } from "@csj/runtime/node";
import { Command } from "commander";
import { parse } from "yaml";
import { errors } from "../errors.ts";
import { walk } from "./commission-walk.ts";
import { wholeNumber } from "./options.ts";

export interface CommissionOptions {
  readonly config?: string;
  readonly home?: string;
  readonly answers?: string;
  readonly yes?: true;
  readonly restart?: true;
  readonly page?: number;
  readonly verify?: string;
  readonly json?: true;
}

const TIMEOUT_MS = 800;
const WEB_ROOT = fileURLToPath(new URL("../../../web/dist", import.meta.url));

const EXAMPLES = `
Examples:
  csj commission --config site.yaml --home ./csj-home/site-01
  csj commission --config site.yaml --home ./csj-home/site-01 --page 8082
  csj commission --config site.yaml --home ./csj-home/site-01 --yes --answers answers.yaml --json
  csj commission --verify commissioning-2026-06-13T12-00-00-000Z.json

The gateway of this folder must be stopped: two that write limits cannot be told apart. A walk that was broken off goes on
where it was; --restart begins afresh. An answers file names each step and what it asks:
  load-step: {load_w: 2000, phase: l1}
  limit-step:site-01-inverter: {may_export: true}
  verdict: {accept_exposure: true}
Exit codes: 0 the site can be held, or the signature is right; 1 it cannot, or it is not; 2 wrong use; 69 the folder is in use.`;

export function commissionCommand(): Command {
  return new Command("commission")
    .description("find out whether a site can be held at its export limit, and sign what was found")
    .option("--config <site.yaml>", "what the site is and how its devices are reached")
    .option("--home <folder>", "the gateway's folder: keys, state of the walk, reports")
    .option("--answers <answers.yaml>", "what is answered to each step's questions")
    .option("--yes", "ask nothing: the answers file counts, and each question's own default where it says nothing")
    .option("--restart", "forget what an earlier walk found")
    .option("--page <port>", "serve the walk as a page on this port of 127.0.0.1 instead", wholeNumber(0, 65_535))
    .option("--verify <report.json>", "check a report's signature and do nothing else")
    .option("--json", "one JSON object on stdout at the end")
    .addHelpText("after", EXAMPLES)
    .action(commission);
}

async function commission(options: CommissionOptions): Promise<void> {
  if (options.verify !== undefined) return verify(options.verify, options.json === true);
  const { config: file, home } = options;
  if (file === undefined || home === undefined) throw errors.CLI_OPTION_INVALID("--config and --home are needed.");
  const lock = lockFolder(home);
  const config = loadConfig(file, profileIds());
  const buses = busesOf(config);
  try {
    const commissioning = commissioningOf(config, home, buses);
    if (options.restart === true) commissioning.restart();
    if (options.page !== undefined) await servePage(commissioning, config, options.page);
    else {
      const answers = answersOf(options.answers);
      const ended = await walk(commissioning, { answers, ask: options.yes !== true, quiet: options.json === true });
      if (options.json === true) process.stdout.write(`${JSON.stringify(ended, null, 2)}\n`);
      if (!ended.answer.startsWith("yes")) process.exitCode = 1;
    }
  } finally {
    for (const bus of buses.values()) bus.close();
    lock.release();
  }
}

function commissioningOf(config: GatewayConfig, home: string, buses: ReadonlyMap<string, ModbusBus>): Commissioning {
  return new Commissioning({
    config,
    home,
    rule: ruleFor(config),
    clock: nodeClock(config.time?.trust ?? "always"),
    timers: nodeTimers,
    log: nodeLog("warn", { site: config.site.id }),
    digest: nodeDigest,
    signer: openIdentity(home).signer,
    accessOf: ({ id }) => buses.get(id) as ModbusBus,
    profileOf: (id) => profile(id),
  });
}

function busesOf(config: GatewayConfig): ReadonlyMap<string, ModbusBus> {
  return new Map(
    config.buses.map(({ id, address }) => {
      const parsed = parseBusAddress(address);
      const links = linksOf(parsed);
      const ports = { clock: nodeClock(), timers: nodeTimers };
      return [id, new ModbusBus({ links, framing: parsed.framing, ...ports, timeout: TIMEOUT_MS })];
    }),
  );
}

function answersOf(file: string | undefined): Readonly<Record<string, Answers>> {
  if (file === undefined) return {};
  try {
    return (parse(readFileSync(file, "utf8")) ?? {}) as Record<string, Answers>;
  } catch (error) {
    throw errors.CLI_OPTION_INVALID(`--answers ${file} cannot be read.`, { file }, error);
  }
}

async function servePage(commissioning: Commissioning, { site }: GatewayConfig, port: number): Promise<void> {
  const page = await serveCommission({
    commissioning,
    log: nodeLog("warn", { site: site.id }),
    port,
    zone: site.zone,
    ...(existsSync(join(WEB_ROOT, "index.html")) ? { webRoot: WEB_ROOT } : {}),
  });
  process.stdout.write(`The commissioning of ${site.id} is at ${page.url}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  commissioning.cancel();
  await page.close();
}

async function verify(file: string, json: boolean): Promise<void> {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch (error) {
    throw errors.CLI_OPTION_INVALID(`--verify ${file} is no report.`, { file }, error);
  }
  const valid = await verifyReport(report, nodeDigest, nodeVerifier());
  const says = { valid, site: report.body.site, made_at: report.body.made_at, public_key: report.public_key };
  const words = valid ? "is what the holder of this key signed" : "is NOT what the holder of this key signed";
  const text = `${join(dirname(file), "")}: the report of ${says.site} (${says.made_at}) ${words}: ${says.public_key}\n`;
  process.stdout.write(json ? `${JSON.stringify(says)}\n` : text);
  if (!valid) process.exitCode = 1;
}

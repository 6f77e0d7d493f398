/**
 * The walk itself: which steps there are, which may begin, one at a time, and what each found. The terminal and the page
 * drive the same object. What was found is on disk after every step, so that a walk that broke off goes on.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@csj/evidence";
import { type Config, checkConfig } from "@csj/export-limit";
import { isCoded } from "@csj/fault";
import { Millis, Watts } from "@csj/quantity";
import type { Digest, Log, Signer } from "@csj/runtime";
import { readIfThere, writeDurably } from "../durable-file.ts";
import { errors } from "../errors.ts";
import { lawConfig } from "../hold/law-config.ts";
import { holdSafe, type StepContext } from "./context.ts";
import { makeReport, type ReportFiles, writeReport } from "./report/report.ts";
import type { Answers, CommissionRule, CommissionView, LiveNumbers, StepResult, StepState } from "./shapes.ts";
import { CommissionSite, type SiteDeps } from "./site.ts";
import { type StepDefinition, stepsOf } from "./step-list.ts";

export interface CommissionDeps extends SiteDeps {
  readonly home: string;
  readonly rule: CommissionRule;
  readonly log: Log;
  readonly digest: Digest;
  readonly signer: Signer;
  /** Called before a step and undone after it: a running gateway leaves the inverters alone meanwhile. */
  readonly suspend?: () => Promise<() => void>;
}

interface Done {
  readonly at: string;
  readonly result: StepResult;
  readonly answers: Answers;
}

const STATE_VERSION = 1;
const CANCELLED = "GATEWAY_COMMISSION_CANCELLED";

/** What a step's new result makes open again: whatever was made of its old one. */
function madeOf(id: string): readonly string[] {
  if (id === "verdict") return [];
  return id.startsWith("limit-step:") || id === "load-step" ? ["ct", "preview", "verdict"] : ["verdict"];
}

export class Commissioning {
  readonly #deps: CommissionDeps;
  readonly #site: CommissionSite;
  readonly #steps: readonly StepDefinition[];
  readonly #folder: string;
  /** Of what the walk is about: another device or limit makes what was found worthless. */
  readonly #config: string;
  #done: Map<string, Done>;
  #running: { readonly id: string; says: string | null; cancelled: boolean } | undefined;
  #live: LiveNumbers = { grid_w: null, output_w: null, limit_w: null };
  #report: ReportFiles | undefined;

  constructor(deps: CommissionDeps) {
    this.#deps = deps;
    this.#site = new CommissionSite(deps);
    this.#steps = stepsOf(this.#site);
    this.#folder = join(deps.home, "commission");
    this.#config = configHash(deps);
    this.#done = restored(this.#folder, this.#config);
  }

  get folder(): string {
    return this.#folder;
  }

  view(): CommissionView {
    const { config, rule } = this.#deps;
    return {
      site: config.site.id,
      name: config.site.name,
      simulated: config.simulated ?? false,
      rule: { id: rule.id, name: rule.name, verified: rule.verified },
      steps: this.#steps.map(({ id, title, what, asks }) => {
        const done = this.#done.get(id);
        return { id, title, what, asks, state: this.#stateOf(id), at: done?.at ?? null, result: done?.result ?? null };
      }),
      running: this.#running?.id ?? null,
      says: this.#running?.says ?? null,
      live: this.#live,
      report:
        this.#report === undefined ? null : { json: this.#report.json, html: this.#report.html, pdf: this.#report.pdf },
    };
  }

  /** Runs one step to its end. Throws GATEWAY_COMMISSION_BUSY, _STEP; a step that fails is a result and no error. */
  async run(id: string, answers: Answers = {}): Promise<StepResult> {
    const definition = this.#steps.find((step) => step.id === id);
    if (definition === undefined) throw errors.GATEWAY_COMMISSION_STEP(`There is no step ${id}.`);
    if (this.#running !== undefined) throw errors.GATEWAY_COMMISSION_BUSY(`Step ${this.#running.id} runs.`);
    const running = { id, says: null as string | null, cancelled: false };
    this.#running = running;
    const resume = await this.#deps.suspend?.().catch((error: unknown) => {
      this.#running = undefined;
      throw error;
    });
    const all = { ...standardsOf(definition), ...answers };
    const context = this.#context(running, all);
    try {
      const result = await this.#attempt(definition, context);
      const untaken = definition.touches ? await holdSafe(context) : [];
      const kept = untaken.length === 0 ? result : notHeld(result, untaken);
      this.#keep(id, kept, all);
      return kept;
    } catch (error) {
      if (definition.touches) await holdSafe(context);
      throw error;
    } finally {
      resume?.();
      this.#running = undefined;
    }
  }

  /** The step ends at its next look at the site, with every inverter at its safe limit. */
  cancel(): void {
    if (this.#running !== undefined) this.#running.cancelled = true;
  }

  /** Forgets what was found; the files of a report stay. */
  restart(): void {
    if (this.#running !== undefined) throw errors.GATEWAY_COMMISSION_BUSY(`Step ${this.#running.id} runs.`);
    this.#done = new Map();
    this.#report = undefined;
    this.#save();
  }

  /** Signs what was found so far and writes it as JSON, HTML and PDF. */
  async report(): Promise<ReportFiles> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const made = makeReport(this.view(), this.#config, this.#deps);
    this.#report = await writeReport(this.#folder, made);
    return this.#report;
  }

  #stateOf(id: string): StepState {
    if (this.#running?.id === id) return "running";
    return this.#done.get(id)?.result.state ?? "open";
  }

  #context(running: { says: string | null; readonly cancelled: boolean }, answers: Answers): StepContext {
    return {
      site: this.#site,
      rule: this.#deps.rule,
      answers,
      results: new Map([...this.#done].map(([step, { result }]) => [step, result])),
      say: (text) => {
        running.says = text;
        this.#deps.log.info("commissioning", { says: text });
      },
      show: (live) => {
        this.#live = { ...this.#live, ...live };
      },
      cancelled: () => running.cancelled,
    };
  }

  async #attempt(definition: StepDefinition, context: StepContext): Promise<StepResult> {
    try {
      return await definition.run(context, () => controlConfig(this.#deps.config, this.#rated(), this.#site));
    } catch (error) {
      if (!isCoded(error)) throw error;
      return {
        state: "failed",
        summary: `${error.message} ${error.entry.help}`,
        findings: [],
        plots: [],
        data: { code: error.code },
      };
    }
  }

  #rated(): number {
    return this.#site.inverters.reduce((sum, { config }) => {
      return sum + Number(this.#done.get(`limit-step:${config.id}`)?.result.data["rated"] ?? 0);
    }, 0);
  }

  /** A step that was stopped says nothing new; one that was done makes open again what was made of it. */
  #keep(id: string, result: StepResult, answers: Answers): void {
    if (result.data["code"] === CANCELLED && this.#done.has(id)) return;
    for (const other of madeOf(id)) this.#done.delete(other);
    this.#report = undefined;
    this.#done.set(id, { at: new Date(this.#deps.clock.now()).toISOString(), result, answers });
    this.#save();
  }

  #save(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const steps = Object.fromEntries(this.#done);
    writeDurably(
      join(this.#folder, "state.json"),
      `${JSON.stringify({ version: STATE_VERSION, config: this.#config, steps })}\n`,
    );
  }
}

function standardsOf({ asks }: StepDefinition): Answers {
  return Object.fromEntries(asks.map(({ id, standard }) => [id, standard]));
}

/** An inverter that did not take its safe limit leaves no step passed, whatever the step itself found. */
function notHeld(result: StepResult, devices: readonly string[]): StepResult {
  const names = devices.join(", ");
  const name = `Held at its safe limit after the step: ${names}`;
  return {
    ...result,
    state: "failed",
    summary: `${result.summary} ${names} did not take its safe limit afterwards.`,
    findings: [...result.findings, { name, value: "not taken", limit: "taken", ok: false }],
    data: { ...result.data, untaken: devices },
  };
}

/** Of a walk over another configuration nothing counts; its file is kept beside. */
function restored(folder: string, config: string): Map<string, Done> {
  const file = join(folder, "state.json");
  const text = readIfThere(file);
  if (text === undefined) return new Map();
  const kept = parsed(text, file);
  if (kept.config === config) return new Map(Object.entries(kept.steps));
  writeDurably(join(folder, `state-of-${kept.config.slice(0, 12)}.json`), text);
  return new Map();
}

function parsed(text: string, file: string): { readonly config: string; readonly steps: Record<string, Done> } {
  try {
    const kept = JSON.parse(text) as { version: number; config: string; steps: Record<string, Done> };
    if (kept.version === STATE_VERSION && typeof kept.config === "string") return kept;
  } catch (error) {
    throw errors.GATEWAY_COMMISSION_STATE("What a walk before this one kept cannot be read.", { file }, error);
  }
  throw errors.GATEWAY_COMMISSION_STATE("What a walk before this one kept is of another version.", { file });
}

/** SHA-256 over what a site is made of, in hex. */
function configHash({ config, rule, digest }: CommissionDeps): string {
  const { buses, devices, export_limit: limit, cycle_ms: cycle } = config;
  return toHex(digest.sha256(JSON.stringify({ buses, devices, limit, cycle, rule })));
}

function controlConfig(config: CommissionDeps["config"], rated: number, site: CommissionSite): Config {
  if (!(rated > 0))
    throw errors.GATEWAY_COMMISSION_STEP("No inverter has been through its limit step, so no rating is known.");
  const plausible = Watts((site.gridConfig.fuse_a ?? 100) * 253 * site.phases * 1.6);
  const period = site.gridProfile.facts.update_ms;
  const gridPeriod = period === null ? undefined : Millis(period);
  return checkConfig(lawConfig(config, Watts(rated), { plausible, gridPeriod }));
}

/** Read, freeze, decide, command once. What was decided and over what is kept for the picture, the log and a replay. */
import {
  type Config,
  contextOf,
  type Held,
  type HoldConfig,
  type HoldState,
  hold,
  initialHold,
  kilowatts,
  modeSentence,
  type Standard,
  sentence,
  type UnitImage,
} from "@csj/export-limit";
import type { Instant, Millis, Watts } from "@csj/quantity";
import type { Clock } from "@csj/runtime";
import type { GatewayConfig } from "../config/schema.ts";
import { cycleOf, type SiteDevices } from "../devices.ts";
import type { HoldFile } from "./hold-file.ts";
import { lawConfig } from "./law-config.ts";
import { type Readings, SiteReader } from "./readings.ts";
import { phasesCovered, Requests } from "./requests.ts";
import { readStandard } from "./standard.ts";
import { type Maintenance, Switches } from "./switches.ts";
import type { Units } from "./units.ts";

/** The result of one cycle's control. */
export interface Controlled {
  readonly readings: Readings;
  /** Of one moment; the wall clock's is absent while it is not trusted. */
  readonly now: Millis;
  readonly wall: Instant | undefined;
  /** What was known of each inverter. */
  readonly images: readonly UnitImage[];
  /** Undefined where nothing is limited. */
  readonly held: Held | undefined;
  readonly config: HoldConfig | undefined;
  readonly stopped: boolean;
  readonly maintenance: Maintenance | undefined;
  /** Code of what is wrong with the relay, where there is one. */
  readonly relayError: string | undefined;
  /** True where an inverter has not confirmed its limit for so long that the decision says nothing about its output. */
  readonly untaken: boolean;
  /** Why the limit is what it is. */
  sentence(): string;
}

/** One lost answer is made good by the next cycle's write; from here on somebody should look. */
const UNTAKEN_AFTER_MS = 5_000;
const UNTAKEN_AFTER_CYCLES = 3;
const MAINTENANCE_LONGEST_MIN = 60;

export interface ControlDeps {
  readonly site: SiteDevices;
  readonly units: Units;
  readonly config: GatewayConfig;
  readonly file: HoldFile;
  readonly clock: Clock;
}

export class ControlLoop {
  readonly #deps: ControlDeps;
  readonly #standard: Standard;
  readonly #requests: Requests;
  readonly #reader: SiteReader;
  /** Something was wrong in the cycle before, or nothing is known yet. */
  #isUneasy = true;
  readonly switches: Switches;
  #state: HoldState;
  #config: HoldConfig | undefined;

  constructor(deps: ControlDeps) {
    const { config, file } = deps;
    const limit = config.export_limit ?? { allowed_w: 0 };
    this.#deps = deps;
    this.#reader = new SiteReader({ site: deps.site, cycle: cycleOf(config) });
    this.#standard = readStandard(limit.standard);
    const inverters = config.devices.filter(({ role }) => role === "inverter");
    const covered = phasesCovered(limit.basis ?? this.#standard.basis, inverters);
    this.#requests = new Requests(limit, config.site.zone, covered);
    const past = file.read(this.#standard);
    this.#state = initialHold(past.mode);
    this.switches = new Switches(past.stopped, limit.maintenance_max_min ?? MAINTENANCE_LONGEST_MIN);
  }

  get standard(): Standard {
    return this.#standard;
  }

  async run(asked: Millis): Promise<Controlled> {
    const { units, clock } = this.#deps;
    const [readings] = await Promise.all([this.#reader.read(asked, this.#isUneasy), units.prepare(asked)]);
    const now = clock.monotonic();
    return units.size === 0 ? measured(readings, now, wallOf(clock)) : this.#hold(readings, now);
  }

  async #hold(readings: Readings, now: Millis): Promise<Controlled> {
    const { units, site, clock } = this.#deps;
    const wall = wallOf(clock);
    const config = this.#holdConfig();
    const maintenance = this.switches.maintenance(now);
    const { stopped } = this.switches;
    const images = units.images(now, readings.outputs);
    const image = {
      now,
      wall,
      grid: readings.grid,
      pv: readings.pv,
      stopped,
      units: images,
      requests: this.#requests.at(wall),
      maintenance: maintenance?.limit,
      reset: this.switches.takeReset(),
    };
    const { state, held } = hold(this.#state, image, config);
    this.#state = state;
    this.#isUneasy = uneasy(held);
    this.#deps.file.keep(state.mode, stopped, now);
    await Promise.all([site.relay?.set(!held.verdict.disconnect, now), units.command(held.commands, now, wall)]);
    const untakenFor = units.untaken(now);
    const untaken = untakenFor > Math.max(UNTAKEN_AFTER_MS, UNTAKEN_AFTER_CYCLES * cycleOf(this.#deps.config));
    return {
      relayError: site.relay?.error,
      readings,
      now,
      wall,
      images,
      held,
      config,
      stopped,
      maintenance,
      untaken,
      sentence: () => (untaken ? this.#notTaken(held.limit, untakenFor) : this.#sentence(held, stopped)),
    };
  }

  #sentence(held: Held, stopped: boolean): string {
    const { decision, verdict, law } = held;
    if (stopped) return "Stopped by hand: the inverters are told to feed nothing.";
    const capped = held.limit < decision.limit;
    if (capped || (verdict.mode !== "normal" && !decision.safe)) return modeSentence(verdict);
    return sentence(decision, contextOf(law.state, law.image, law.config));
  }

  #notTaken(limit: Watts, ms: Millis): string {
    const { units } = this.#deps;
    const who = units.size === 1 ? "The inverter does" : "One of the inverters does";
    if (!units.known) return `${who} not say what it is, so it is not limited.`;
    const seconds = Math.round(ms / 1000);
    const time = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
    return `${who} not take its limit: ${kilowatts(limit)} was not confirmed for ${time}.`;
  }

  /** Made anew only when another inverter has said its rating. */
  #holdConfig(): HoldConfig {
    const { units, config, site } = this.#deps;
    if (this.#config?.law.rated === units.rated) return this.#config;
    const specs = units.specs();
    const law = lawConfig(config, units.rated, site);
    const isIdentified = config.devices.some(
      ({ role, dead_time_ms: time }) => role === "inverter" && time !== undefined,
    );
    this.#config = {
      standard: this.#standard,
      basis: config.export_limit?.basis ?? this.#standard.basis,
      units: specs,
      law: isIdentified && law.rated > 0 ? { ...law, plant: plantOf(specs, law.rated) } : law,
    };
    return this.#config;
  }
}

/** How the inverters answer, where commissioning has measured it. */
function plantOf(specs: HoldConfig["units"], rated: Watts): NonNullable<Config["plant"]> {
  return specs.map(({ rated: own, deadTime, response }) => ({ share: own / rated, deadTime, response }));
}

/** Then every inverter's output is read, and the log has it, in each cycle. */
function uneasy({ verdict, over, troubles }: Held): boolean {
  const isHeld = verdict.mode === "normal" && over !== undefined && over <= 0;
  return !isHeld || troubles.some((trouble) => trouble !== "ok");
}

function wallOf(clock: Clock): Instant | undefined {
  return clock.trusted() ? clock.now() : undefined;
}

function measured(readings: Readings, now: Millis, wall: Instant | undefined): Controlled {
  return {
    ...{
      readings,
      now,
      wall,
      images: [],
      relayError: undefined,
      held: undefined,
      config: undefined,
      stopped: false,
      maintenance: undefined,
      untaken: false,
    },
    sentence: () => "Nothing is limited here: the site has no limited inverter.",
  };
}

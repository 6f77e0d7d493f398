/** Read, freeze, decide, write once. What was decided and over what is kept for the picture and for a replay. */
import type { Sample } from "@csj/device";
import {
  type Config,
  contextOf,
  type Decision,
  type Image,
  initialState,
  kilowatts,
  type State,
  sentence,
  step,
  type Timed,
} from "@csj/export-limit";
import { Millis, Watts } from "@csj/quantity";
import type { Clock } from "@csj/runtime";
import type { GatewayConfig } from "./config/schema.ts";
import { cycleOf, type MeteredDevice, type SiteDevices } from "./devices.ts";
import type { LimitKeeper } from "./limit-keeper.ts";

/** The result of one cycle's control. */
export interface Controlled {
  readonly image: Image;
  readonly decision: Decision | undefined;
  /** True where an inverter has not confirmed its limit for so long that the decision says nothing about its output. */
  readonly untaken: boolean;
  /** The reason as a sentence. */
  sentence(): string;
}

/** One lost answer is made good by the next cycle's write; from here on somebody should look. */
const UNTAKEN_AFTER_MS = 5_000;
const UNTAKEN_AFTER_CYCLES = 3;

export class ControlLoop {
  readonly #site: SiteDevices;
  readonly #limits: LimitKeeper;
  readonly #clock: Clock;
  readonly #config: GatewayConfig;
  #state: State = initialState();
  #control: Config | undefined;

  constructor(site: SiteDevices, limits: LimitKeeper, config: GatewayConfig, clock: Clock) {
    this.#site = site;
    this.#limits = limits;
    this.#config = config;
    this.#clock = clock;
  }

  async run(now: Millis): Promise<Controlled> {
    const { grid, pv } = this.#site;
    const [gridSample, ...pvSamples] = await Promise.all([
      readPower(grid, now),
      ...pv.map((device) => readPower(device, now)),
      this.#limits.prepare(now),
    ]);
    const image: Image = {
      now: this.#clock.monotonic(),
      grid: gridSample,
      pv: together(pvSamples.slice(0, pv.length) as (Timed | undefined)[]),
    };
    return this.#limits.size === 0 ? measured(image) : this.#decide(image);
  }

  async #decide(image: Image): Promise<Controlled> {
    const config = this.#controlConfig();
    const { state, decision } = step(this.#state, image, config);
    this.#state = state;
    await this.#limits.write(decision.limit, image.now);
    const untakenFor = this.#limits.untaken(image.now);
    const untaken = untakenFor > Math.max(UNTAKEN_AFTER_MS, UNTAKEN_AFTER_CYCLES * cycleOf(this.#config));
    return {
      image,
      decision,
      untaken,
      sentence: () =>
        untaken ? this.#notTaken(decision, untakenFor) : sentence(decision, contextOf(state, image, config)),
    };
  }

  #notTaken({ limit }: Decision, ms: Millis): string {
    const who = this.#limits.size === 1 ? "The inverter does" : "One of the inverters does";
    if (!this.#limits.known) return `${who} not say what it is, so it is not limited.`;
    const seconds = Math.round(ms / 1000);
    const time = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
    return `${who} not take its limit: ${kilowatts(limit)} was not confirmed for ${time}.`;
  }

  /** Made anew only when another inverter has said its rating. */
  #controlConfig(): Config {
    const rated = this.#limits.rated;
    if (this.#control?.rated !== rated) this.#control = controlConfig(this.#config, rated, this.#site.plausible);
    return this.#control;
  }
}

function controlConfig(config: GatewayConfig, rated: Watts, plausible: Watts): Config {
  const limit = config.export_limit ?? { allowed_w: 0 };
  return {
    allowedExport: Watts(limit.allowed_w),
    margin: Watts(limit.margin_w ?? 0),
    rated,
    safeLimit: Watts(Math.min(limit.safe_limit_w ?? 0, rated)),
    // In a slow cycle every sample is older than any fixed time: two cycles without one are stale at the earliest.
    staleAfter: Millis(Math.max(limit.stale_after_ms ?? 3000, 2 * cycleOf(config))),
    skewMax: Millis(limit.skew_max_ms ?? 500),
    riseRate: (limit.rise_percent_per_s ?? 2) / 100,
    plausible,
  };
}

async function readPower(device: MeteredDevice, now: Millis): Promise<Timed | undefined> {
  if (!device.health.askable(now)) return undefined;
  let sample: Sample;
  try {
    sample = await device.meter.readPower();
  } catch (error) {
    device.health.failed(now, error);
    return undefined;
  }
  device.health.answered(sample.measuredMonotonic);
  const watts = sample.values.get(device.quantity);
  return watts === undefined ? undefined : { watts: Watts(watts), at: sample.measuredMonotonic };
}

/** The sum of all, as old as the oldest; unknown where one of them is. */
function together(samples: readonly (Timed | undefined)[]): Timed | undefined {
  let watts = 0;
  let at = Number.POSITIVE_INFINITY;
  for (const sample of samples) {
    if (sample === undefined) return undefined;
    watts += sample.watts;
    at = Math.min(at, sample.at);
  }
  return samples.length === 0 ? undefined : { watts: Watts(watts), at: Millis(at) };
}

function measured(image: Image): Controlled {
  return {
    image,
    decision: undefined,
    untaken: false,
    sentence: () => "Nothing is limited here: the site has no limited inverter.",
  };
}

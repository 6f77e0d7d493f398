/** What one cycle reads of a site's powers, frozen into one picture: grid, array, battery, and each inverter by itself. */
import type { Sample } from "@csj/device";
import { type GridWords, type PerPhase, type PhasedTimed, phases, type Timed } from "@csj/export-limit";
import { Millis, type QuantityId, Watts } from "@csj/quantity";
import type { DeviceConfig } from "../config/schema.ts";
import type { MeteredDevice, SiteDevices } from "../devices.ts";

export interface GridReading extends PhasedTimed {
  /** What a frozen meter repeats with its power. */
  readonly words?: GridWords;
}

export interface Readings {
  readonly grid: GridReading | undefined;
  /** AC output of the whole array, generation positive; unknown where a part of it is. */
  readonly pv: PhasedTimed | undefined;
  /** Discharge positive; absent where there is none, or where it did not answer. */
  readonly battery: Timed | undefined;
  /** Of those inverters that answered, by id. */
  readonly outputs: ReadonlyMap<string, PhasedTimed>;
}

/** What was read of an inverter stands for one more cycle where that is no longer than this: the law takes 3 s. */
const THIN_CYCLE_MAX_MS = 1_000;

export interface SiteReaderOptions {
  readonly site: SiteDevices;
  /** Time between two cycles, in ms. */
  readonly cycle: number;
}

/**
 * Where a meter of its own sees the whole array, each inverter's output is only needed to share the limit: half of the
 * inverters are then asked in one cycle and half in the next, and what they said keeps the time at which it was measured.
 */
export class SiteReader {
  readonly #site: SiteDevices;
  /** Outputs that are in no sum of the array, and may be read less often. */
  readonly #spare: readonly MeteredDevice[];
  readonly #always: readonly MeteredDevice[];
  readonly #mayThin: boolean;
  #spared = new Map<MeteredDevice, Sample | undefined>();
  #turn = 0;

  constructor({ site, cycle }: SiteReaderOptions) {
    this.#site = site;
    this.#spare = site.outputs.filter((device) => !site.pv.includes(device));
    this.#always = [site.grid, ...site.pv, ...site.batteries];
    this.#mayThin = cycle <= THIN_CYCLE_MAX_MS;
  }

  /** @param everything true while something is wrong: then every inverter is asked */
  async read(now: Millis, everything: boolean): Promise<Readings> {
    this.#turn = 1 - this.#turn;
    const all = everything || !this.#mayThin;
    const due = this.#spare.filter((device, index) => all || index % 2 === this.#turn || !this.#spared.get(device));
    const asked = [...this.#always, ...due];
    const answers = await Promise.all(asked.map((device) => readSample(device, now)));
    const samples = new Map(this.#spared);
    for (const [index, device] of asked.entries()) samples.set(device, answers[index]);
    // What was kept once is not kept again: a sample serves two cycles.
    this.#spared = new Map(due.map((device) => [device, samples.get(device)]));
    return frozen(this.#site, samples);
  }
}

function frozen(site: SiteDevices, samples: ReadonlyMap<MeteredDevice, Sample | undefined>): Readings {
  const powerOf = (device: MeteredDevice) => powerIn(device, samples.get(device));
  const outputs = site.outputs.flatMap((device) => {
    const power = powerOf(device);
    return power === undefined ? [] : [[device.config.id, power] as const];
  });
  return {
    grid: gridReading(site.grid, samples.get(site.grid)),
    pv: together(site.pv.map(powerOf)),
    battery: together(site.batteries.map(powerOf)),
    outputs: new Map(outputs),
  };
}

async function readSample({ meter, health }: MeteredDevice, now: Millis): Promise<Sample | undefined> {
  if (!health.askable(now)) return undefined;
  try {
    const sample = await meter.readPower();
    health.answered(sample.measuredMonotonic);
    return sample;
  } catch (error) {
    health.failed(now, error);
    return undefined;
  }
}

function gridReading(device: MeteredDevice, sample: Sample | undefined): GridReading | undefined {
  const watts = sample?.values.get("power");
  if (sample === undefined || watts === undefined) return undefined;
  const value = (id: QuantityId) => sample.values.get(id);
  const [l1, l2, l3] = phases.map((phase) => value(`power.${phase}`));
  const volts = value("voltage.l1");
  const hertz = value("frequency");
  const amps = value("current.l1");
  return {
    watts: Watts(watts),
    at: sample.measuredMonotonic,
    ...(l1 === undefined ? {} : { phases: [l1, l2 ?? 0, l3 ?? 0] as PerPhase }),
    words: {
      ...(volts === undefined ? {} : { volts }),
      ...(hertz === undefined ? {} : { hertz }),
      ...(amps === undefined ? {} : { amps }),
    },
    ...onPhases(device.config, watts, l1),
  };
}

/** A single-phase meter has no phase registers: its total is that phase. */
function onPhases({ phase }: DeviceConfig, watts: number, l1: number | undefined): { phases?: PerPhase } {
  return l1 !== undefined || phase === undefined || phase === "all" ? {} : { phases: split(phase, watts) };
}

function powerIn({ config, quantity }: MeteredDevice, sample: Sample | undefined): PhasedTimed | undefined {
  const watts = sample?.values.get(quantity);
  if (sample === undefined || watts === undefined) return undefined;
  return { watts: Watts(watts), at: sample.measuredMonotonic, phases: split(config.phase ?? "all", watts) };
}

function split(phase: NonNullable<DeviceConfig["phase"]>, watts: number): PerPhase {
  if (phase === "all") return [watts / 3, watts / 3, watts / 3];
  return [phase === "l1" ? watts : 0, phase === "l2" ? watts : 0, phase === "l3" ? watts : 0];
}

/** The sum of all, as old as the oldest; unknown where one of them is. */
function together(samples: readonly (PhasedTimed | undefined)[]): PhasedTimed | undefined {
  let watts = 0;
  let at = Number.POSITIVE_INFINITY;
  const sums = [0, 0, 0];
  for (const sample of samples) {
    if (sample === undefined) return undefined;
    watts += sample.watts;
    at = Math.min(at, sample.at);
    for (const [index, part] of (sample.phases ?? []).entries()) sums[index] = (sums[index] ?? 0) + part;
  }
  if (samples.length === 0) return undefined;
  return { watts: Watts(watts), at: Millis(at), phases: [sums[0] ?? 0, sums[1] ?? 0, sums[2] ?? 0] };
}

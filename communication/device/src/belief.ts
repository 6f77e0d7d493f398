/**
 * Whether an energy register may be believed. A register that is wrong once is a wrong bill, and wrong ones come: an
 * answer of another request, a meter that says 0 while it starts, a meter that was exchanged. A read is believed when it
 * has grown since the last believed one by no more than the fuse lets pass. Anything else is kept apart until later reads
 * agree with it, and is then a rollover (the growth through zero fits the fuse) or a new series.
 */
import { type Amps, type ChannelId, Millis, Volts } from "@csj/quantity";
import { changeOf } from "@csj/reading";
import type { EnergyMeter, EnergyRead, EnergySample } from "./abilities.ts";

export interface BeliefOptions {
  readonly fuse: Amps;
  readonly phases: 1 | 3;
  /** Highest voltage of the supply; 253 V (230 V + 10 %) where not given. */
  readonly voltage?: Volts;
  /** How long reads must agree before they begin a new series; 30 s where not given. */
  readonly newSeriesAfter?: Millis;
}

/** How energy that a meter shows late is allowed for: its registers may lie this far behind. */
const REGISTER_LAG = Millis(10_000);
const MS_PER_HOUR = 3_600_000;

export interface BelievedRead extends EnergyRead {
  /** Grows by one whenever another register series began: no difference is taken between two series. */
  readonly series: number;
  readonly change: "first" | "grew" | "rolled-over" | "new-series";
}

export type Verdict =
  | { readonly believed: BelievedRead }
  /** `again` where a second read at once may settle it. */
  | { readonly believed: undefined; readonly reason: string; readonly again: boolean };

interface Standing {
  read: EnergyRead;
  series: number;
  /** False for a read of an earlier run: its monotonic time belongs to another clock. */
  sameRun: boolean;
}

interface ChannelState {
  last: Standing | undefined;
  /** The first of the reads that agree with one another and not with `last`, and the latest of them. */
  since: EnergyRead | undefined;
  latest: EnergyRead | undefined;
}

export class EnergyBelief {
  readonly #power: number;
  readonly #newSeriesAfter: number;
  readonly #channels = new Map<ChannelId, ChannelState>();

  constructor({ fuse, phases, voltage = Volts(253), newSeriesAfter = Millis(30_000) }: BeliefOptions) {
    this.#power = fuse * voltage * phases;
    this.#newSeriesAfter = newSeriesAfter;
  }

  /** What was believed last before a restart. The first read after it still needs a second one. */
  restore(channel: ChannelId, read: EnergyRead, series: number): void {
    this.#channels.set(channel, { last: { read, series, sameRun: false }, since: undefined, latest: undefined });
  }

  judge(channel: ChannelId, read: EnergyRead): Verdict {
    const state = this.#state(channel);
    const { last } = state;
    if (last?.sameRun && this.#change(last, read) === "grew") return believe(state, read, last.series, "grew");
    const agrees = state.latest !== undefined && this.#change({ ...young, read: state.latest }, read) === "grew";
    if (!agrees) {
      state.since = read;
      state.latest = read;
      return { believed: undefined, reason: doubtOf(last, read), again: true };
    }
    state.latest = read;
    return this.#settle(state, read);
  }

  /** Reads that agree with one another: what are they to the last believed one? */
  #settle(state: ChannelState, read: EnergyRead): Verdict {
    const { last, since } = state;
    if (last === undefined) return believe(state, read, 0, "first");
    const change = this.#change(last, read);
    if (change !== "impossible") return believe(state, read, last.series, change);
    const held = read.measuredMonotonic - (since as EnergyRead).measuredMonotonic;
    if (held >= this.#newSeriesAfter) return believe(state, read, last.series + 1, "new-series");
    const reason = `${doubtOf(last, read)}; a new series is believed after ${this.#newSeriesAfter / 1000} s`;
    return { believed: undefined, reason, again: false };
  }

  #change(last: Standing, read: EnergyRead): "grew" | "rolled-over" | "impossible" {
    const before = last.read;
    if (before.perCount !== read.perCount || before.digits !== read.digits) return "impossible";
    const elapsed = elapsedOf(last, read);
    if (elapsed === undefined) return read.count >= before.count ? "grew" : "impossible";
    const energy = (this.#power * (elapsed + REGISTER_LAG)) / MS_PER_HOUR;
    const most = Math.ceil(energy / read.perCount) + Math.max(before.step, read.step);
    return changeOf(before.count, read.count, read.digits, most);
  }

  #state(channel: ChannelId): ChannelState {
    let state = this.#channels.get(channel);
    if (state === undefined) {
      state = { last: undefined, since: undefined, latest: undefined };
      this.#channels.set(channel, state);
    }
    return state;
  }
}

const young = { series: 0, sameRun: true } as const;

/** `undefined` where no clock spans both reads: wall time runs over a restart, and only forward may it be trusted. */
function elapsedOf({ read: before, sameRun }: Standing, read: EnergyRead): number | undefined {
  if (sameRun) return Math.max(0, read.measuredMonotonic - before.measuredMonotonic);
  const elapsed = read.measuredAt - before.measuredAt;
  return elapsed >= 0 ? elapsed : undefined;
}

function believe(state: ChannelState, read: EnergyRead, series: number, change: BelievedRead["change"]): Verdict {
  if (state.last === undefined) state.last = { read, series, sameRun: true };
  else {
    state.last.read = read;
    state.last.series = series;
    state.last.sameRun = true;
  }
  state.since = undefined;
  state.latest = undefined;
  const { unit, perCount, digits, step, count, measuredAt, measuredMonotonic } = read;
  return { believed: { unit, perCount, digits, step, count, measuredAt, measuredMonotonic, series, change } };
}

function doubtOf(last: Standing | undefined, read: EnergyRead): string {
  if (last === undefined) return "the first read waits for a second one that agrees";
  const before = last.read;
  if (!last.sameRun) return "the first read after a restart waits for a second one that agrees";
  if (read.count < before.count) return `the register fell from ${before.count} to ${read.count}`;
  return `the register jumped from ${before.count} to ${read.count}, more than the fuse lets pass`;
}

export interface BelievedSample {
  readonly registers: ReadonlyMap<ChannelId, BelievedRead>;
  readonly unavailable: ReadonlyMap<ChannelId, string>;
}

/** Reads a meter and judges what came; where a second read may settle a doubt, it is made at once. */
export async function readBelieved(meter: EnergyMeter, belief: EnergyBelief): Promise<BelievedSample> {
  const first = judged(await meter.readEnergy(), belief);
  return first.again ? judged(await meter.readEnergy(), belief).sample : first.sample;
}

function judged(sample: EnergySample, belief: EnergyBelief): { sample: BelievedSample; again: boolean } {
  const registers = new Map<ChannelId, BelievedRead>();
  const unavailable = new Map<ChannelId, string>(sample.unavailable);
  let again = false;
  for (const [channel, read] of sample.registers) {
    const verdict = belief.judge(channel, read);
    if (verdict.believed !== undefined) registers.set(channel, verdict.believed);
    else {
      unavailable.set(channel, verdict.reason);
      again ||= verdict.again;
    }
  }
  return { sample: { registers, unavailable }, again };
}

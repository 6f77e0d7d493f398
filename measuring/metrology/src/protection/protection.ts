/**
 * Watches voltage, frequency and distortion by a profile, and says when to throttle and when to separate. It is
 * supervisory: it logs, throttles and asks for a separation beside the certified protection of the inverter or the
 * interface switch, never in its place. No program on a general operating system can promise 100 ms.
 *
 * normal -> pickup (a function is timing) -> tripped -> reconnect-wait (the mains are within limits) -> normal. A start of
 * the meter is normal: a supervisor that starts anew must not switch a plant off. A gap in the samples lets timers go
 * and never closes a relay: nothing is known of the mains in it.
 */
import type { CycleRecord, HalfCycleRecord } from "../cycle/record.ts";
import { metrologyErrors } from "../errors.ts";
import { channelIndex } from "../frame/channel.ts";
import type { Layout } from "../frame/layout.ts";
import type { WindowRecord } from "../window/record.ts";
import { FrequencyTracker } from "./frequency.ts";
import type { ProtectedQuantity, ProtectionFunction, ProtectionProfile } from "./profile.ts";
import { Reconnect } from "./reconnect.ts";
import { SlidingMean } from "./sliding-mean.ts";
import { FunctionTimer } from "./timer.ts";

export type ProtectionState = "normal" | "pickup" | "tripped" | "reconnect-wait";

export interface ProtectionOutputs {
  /** Less power is asked for. */
  readonly throttle: boolean;
  /** The plant is to be separated; the relay is open. */
  readonly disconnect: boolean;
  readonly relay: "open" | "closed";
}

export interface ProtectionChange extends ProtectionOutputs {
  readonly state: ProtectionState;
  /** Function that made the change; absent where none did. */
  readonly cause?: ProtectionFunction;
  /** Position of the sample behind which it was found. */
  readonly position: number;
}

const ROCOF_WINDOW_S = 0.5;

export class Protection {
  readonly #rate: number;
  readonly #nominalVolts: number;
  readonly #voltages: readonly number[];
  readonly #timers: readonly FunctionTimer[];
  readonly #means: readonly SlidingMean[];
  readonly #frequency: FrequencyTracker;
  readonly #reconnect: Reconnect;
  readonly #say: (change: ProtectionChange) => void;
  #state: ProtectionState = "normal";
  #throttles = false;

  /** @throws METROLOGY_PROTECTION_REFUSED */
  constructor(profile: ProtectionProfile, layout: Layout, say: (change: ProtectionChange) => void) {
    check(profile, layout);
    this.#rate = layout.rate;
    this.#nominalVolts = layout.nominalVolts;
    this.#voltages = layout.channels.map(channelIndex).filter((index) => index < 3);
    this.#timers = profile.functions.map((spec) => new FunctionTimer(spec));
    this.#means = this.#voltages.map(() => new SlidingMean());
    this.#frequency = new FrequencyTracker(profile.rocof_window_s?.value ?? ROCOF_WINDOW_S);
    this.#reconnect = new Reconnect(profile.reconnect);
    this.#say = say;
  }

  get state(): ProtectionState {
    return this.#state;
  }

  get outputs(): ProtectionOutputs {
    const disconnect = this.#state === "tripped" || this.#state === "reconnect-wait";
    return { throttle: this.#throttles, disconnect, relay: disconnect ? "open" : "closed" };
  }

  half({ end, rms }: HalfCycleRecord): void {
    let lowest = Number.POSITIVE_INFINITY;
    let highest = 0;
    for (const channel of this.#voltages) {
      const part = rms[channel]! / this.#nominalVolts;
      lowest = Math.min(lowest, part);
      highest = Math.max(highest, part);
    }
    this.#watch("volts", highest, lowest, end);
    this.#settle(end, lowest, highest);
  }

  cycle({ to, seconds, locked, rms }: CycleRecord): void {
    this.#frequency.cycle(seconds, to / this.#rate, locked);
    const { hertz, rocof } = this.#frequency;
    this.#watch("hertz", hertz, hertz, to);
    this.#watch("rocof", Math.abs(rocof), Math.abs(rocof), to);
    let mean = 0;
    for (const [at, channel] of this.#voltages.entries()) {
      const sliding = this.#means[at]!;
      sliding.add(rms[channel]!, seconds);
      mean = Math.max(mean, sliding.value);
    }
    this.#watch("volts-10min", mean / this.#nominalVolts, mean / this.#nominalVolts, to);
    this.#settle(to);
  }

  window({ to, thd }: WindowRecord): void {
    let highest = 0;
    for (const channel of this.#voltages) highest = Math.max(highest, thd[channel]!);
    this.#watch("thd", highest, highest, to);
    this.#settle(to);
  }

  /** Samples were lost up to `to`. */
  gap(to: number): void {
    for (const timer of this.#timers) timer.reset();
    for (const mean of this.#means) mean.reset();
    this.#frequency.reset();
    this.#reconnect.reset();
    this.#settle(to);
  }

  #watch(quantity: ProtectedQuantity, highest: number, lowest: number, position: number): void {
    for (const timer of this.#timers) {
      if (timer.spec.quantity !== quantity) continue;
      timer.update(timer.spec.side === "over" ? highest : lowest, position / this.#rate);
    }
  }

  /** With voltages, parts of the declared one, also looks whether the mains may be returned to. */
  #settle(position: number, lowest?: number, highest?: number): void {
    const timers = this.#timers;
    const trip = timers.find(({ isTripped, spec }) => isTripped && spec.action === "disconnect");
    const throttle = timers.find(({ isTripped, spec }) => isTripped && spec.action === "throttle");
    const isPickedUp = timers.some(({ isPickedUp }) => isPickedUp);
    const state = this.#next(trip !== undefined, isPickedUp, position, lowest, highest);
    if (state === this.#state && this.#throttles === (throttle !== undefined)) return;
    this.#state = state;
    this.#throttles = throttle !== undefined;
    const cause = trip ?? throttle ?? timers.find((timer) => timer.isPickedUp);
    this.#say({ ...this.outputs, state, position, ...(cause === undefined ? {} : { cause: cause.spec }) });
  }

  #next(trips: boolean, isPickedUp: boolean, at: number, lowest?: number, highest?: number): ProtectionState {
    if (trips) {
      this.#reconnect.reset();
      return "tripped";
    }
    if (this.#state === "normal" || this.#state === "pickup") return isPickedUp ? "pickup" : "normal";
    if (lowest === undefined || highest === undefined) return this.#reconnect.isWaiting ? "reconnect-wait" : "tripped";
    const isOver = this.#reconnect.update(lowest, highest, this.#frequency.hertz, at / this.#rate);
    if (isOver) return "normal";
    return this.#reconnect.isWaiting ? "reconnect-wait" : "tripped";
  }
}

function check({ id, functions }: ProtectionProfile, { channels }: Layout): void {
  const names = new Set(functions.map(({ name }) => name));
  const hasVoltage = channels.some((channel) => channelIndex(channel) < 3);
  if (functions.length > 0 && names.size === functions.length && hasVoltage) return;
  throw metrologyErrors.METROLOGY_PROTECTION_REFUSED(
    `The profile ${id} cannot be watched with ${channels.join(", ")}.`,
  );
}

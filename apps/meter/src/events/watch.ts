/**
 * Everything of a meter that watches: tampering, protection, captures and the log in which they end. It takes what the
 * engine says and adds what the registers read; it knows neither the disk nor the network.
 */
import {
  bodyOf,
  CaptureRecorder,
  type CaptureSetup,
  type CycleRecord,
  type EventLog,
  type Frame,
  type HalfCycleRecord,
  type Layout,
  Protection,
  type ProtectionChange,
  type ProtectionOutputs,
  type ProtectionProfile,
  type RawCapture,
  TamperMonitor,
  type TamperSetup,
  type VoltageEvent,
  type WindowRecord,
} from "@csj/metrology";

export interface WatchSetup {
  readonly layout: Layout;
  readonly tamper: TamperSetup;
  /** A country's, and the one that throttles before it, as wanted. */
  readonly protection: readonly ProtectionProfile[];
  readonly capture?: Partial<CaptureSetup>;
  readonly log: EventLog;
  /** Counts of the total registers, as an entry holds them. */
  readonly counts: () => readonly number[];
  readonly instantOf: (position: number) => number;
  /** False while nobody vouches for the clock: what is written then has no time. */
  readonly isTimeKnown: () => boolean;
  readonly onCapture: (capture: RawCapture) => void;
  readonly onOutputs?: (outputs: ProtectionOutputs, change: ProtectionChange) => void;
}

export class Watch {
  readonly tamper: TamperMonitor;
  readonly recorder: CaptureRecorder;
  readonly #setup: WatchSetup;
  readonly #protections: readonly Protection[];
  #outputs: ProtectionOutputs = { throttle: false, disconnect: false, relay: "closed" };

  constructor(setup: WatchSetup) {
    const { layout, tamper, protection, capture = {}, log, counts } = setup;
    this.#setup = setup;
    this.tamper = new TamperMonitor(tamper, (occurrence) => {
      const at = setup.isTimeKnown() ? occurrence.at : Number.NaN;
      log.append(bodyOf({ ...occurrence, at }, counts()));
    });
    this.recorder = new CaptureRecorder(layout, capture, setup.onCapture);
    this.#protections = protection.map((profile) => new Protection(profile, layout, (change) => this.#changed(change)));
  }

  /** Of all profiles together. */
  get outputs(): ProtectionOutputs {
    return this.#outputs;
  }

  push(frame: Frame): void {
    this.recorder.push(frame);
  }

  half(record: HalfCycleRecord): void {
    for (const protection of this.#protections) protection.half(record);
  }

  cycle(record: CycleRecord): void {
    for (const protection of this.#protections) protection.cycle(record);
  }

  window(record: WindowRecord): void {
    this.tamper.window(record);
    for (const protection of this.#protections) protection.window(record);
  }

  gap(to: number): void {
    for (const protection of this.#protections) protection.gap(to);
  }

  /** A dip, a swell or an interruption began at this position. */
  begun(kind: string, position: number): void {
    this.recorder.trigger(kind, position);
  }

  /** It is over: an entry for its beginning and one for its end. */
  ended({ kind, start, end }: VoltageEvent): void {
    const { log, counts } = this.#setup;
    for (const [edge, at] of [["start", start] as const, ["end", end] as const]) {
      const instant = Number.isFinite(at) ? Math.round(at) : null;
      log.append({ kind, phase: 0, edge, at: instant, confidence: 100, counts: counts() });
    }
  }

  #changed(change: ProtectionChange): void {
    const before = this.#outputs;
    const each = this.#protections.map(({ outputs }) => outputs);
    const disconnect = each.some((outputs) => outputs.disconnect);
    const throttle = each.some((outputs) => outputs.throttle);
    this.#outputs = { throttle, disconnect, relay: disconnect ? "open" : "closed" };
    if (disconnect !== before.disconnect) this.#note("protection-trip", disconnect, change.position);
    if (throttle !== before.throttle) this.#note("protection-throttle", throttle, change.position);
    if (disconnect && !before.disconnect) this.recorder.trigger(change.cause?.name ?? "trip", change.position);
    if (disconnect !== before.disconnect || throttle !== before.throttle)
      this.#setup.onOutputs?.(this.#outputs, change);
  }

  #note(kind: "protection-trip" | "protection-throttle", isOn: boolean, position: number): void {
    const { log, counts, instantOf } = this.#setup;
    const at = instantOf(position);
    const instant = Number.isFinite(at) ? Math.round(at) : null;
    log.append({ kind, phase: 0, edge: isOn ? "start" : "end", at: instant, confidence: 100, counts: counts() });
  }
}

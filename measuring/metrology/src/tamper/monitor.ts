/**
 * All detectors of a site. It says each start and end once; whoever listens adds the registers' reading and keeps it
 * (`event-log/`). Windows come five times a second, so its filters and lists cost nothing that shows.
 */
import type { WindowRecord } from "../window/record.ts";
import { Condition } from "./condition.ts";
import { isBypassed, isDirect } from "./current.ts";
import { ReversedCurrent } from "./direction.ts";
import { FailedAccess } from "./failed-access.ts";
import type { SwitchKind, TamperKind, TamperPhase } from "./kind.ts";
import { type Latch, unpowered } from "./latch.ts";
import type { OccurrenceListener } from "./occurrence.ts";
import { isPhaseWrong } from "./phase-map.ts";
import {
  isCurrentWithoutVoltage,
  isNeutralMissing,
  isPotentialMissing,
  isSequenceReversed,
  isUnbalanced,
} from "./potential.ts";
import { phasesOf, type TamperSite, type TamperThresholds, tamperThresholds } from "./site.ts";
import { SwitchInput, type SwitchSpec } from "./switch-input.ts";

export interface TamperSetup {
  readonly site: TamperSite;
  readonly switches?: readonly SwitchSpec[];
  readonly thresholds?: Partial<TamperThresholds>;
}

type Judge = (record: WindowRecord) => boolean | undefined;

/** A clock that is set by less is a correction. */
const CLOCK_MS = 1000;

export class TamperMonitor {
  readonly #say: OccurrenceListener;
  readonly #limits: TamperThresholds;
  readonly #judged: readonly { readonly condition: Condition; readonly judge: Judge }[];
  readonly #directions: readonly ReversedCurrent[];
  readonly #wrong: readonly Condition[];
  readonly #site: TamperSite;
  readonly #switches: ReadonlyMap<SwitchKind, SwitchInput>;
  readonly #access: FailedAccess;
  readonly #magnet: Condition;
  #lastField = Number.NaN;

  constructor({ site, switches = [], thresholds }: TamperSetup, say: OccurrenceListener) {
    const limits = { ...tamperThresholds, ...thresholds };
    this.#say = say;
    this.#site = site;
    this.#limits = limits;
    const phases = phasesOf(site.wiring);
    this.#judged = judges(site, limits).map(([spec, judge]) => ({ condition: new Condition(spec, say), judge }));
    this.#directions =
      site.wiring === "3p3w" ? [] : phases.map((phase) => new ReversedCurrent(phase, site, limits, say));
    this.#wrong = phases.map(
      (phase) => new Condition(specOf("wrong-phase", limits.wrongPhaseSeconds, 0.9, phase + 1), say),
    );
    this.#switches = new Map(switches.map((spec) => [spec.kind, new SwitchInput(spec, say)]));
    this.#access = new FailedAccess(say);
    this.#magnet = new Condition(specOf("magnetic-field", limits.magnetSeconds, 1), say);
  }

  window(record: WindowRecord): void {
    for (const { condition, judge } of this.#judged) condition.update(judge(record), record.seconds, record.at);
    const wrong = isPhaseWrong(record, this.#site, this.#limits);
    // A current against the wrong voltage may seem to flow back; it has a name of its own.
    if (wrong?.includes(true) !== true) for (const direction of this.#directions) direction.window(record);
    for (const [phase, condition] of this.#wrong.entries()) {
      condition.update(wrong?.[phase], record.seconds, record.at);
    }
  }

  /** A switch's level at `at` (UTC ms, ascending). A switch that was not set up says nothing. */
  level(kind: SwitchKind, isHigh: boolean, at: number): void {
    this.#switches.get(kind)?.level(isHigh, at);
  }

  /** mT at the Hall sensor, either sign; NaN where the sensor failed, which proves nothing. */
  field(millitesla: number, at: number): void {
    const seconds = Math.min(Math.max((at - this.#lastField) / 1000, 0), FIELD_GAP_S);
    this.#lastField = at;
    if (Number.isNaN(millitesla) || Number.isNaN(seconds)) return;
    this.#magnet.update(Math.abs(millitesla) > this.#limits.magnetMillitesla, seconds, at);
  }

  /** Time goes by; at least every 100 ms. */
  tick(at: number): void {
    for (const input of this.#switches.values()) input.tick(at);
    this.#access.tick(at);
  }

  accessFailed(at: number): void {
    this.#access.failed(at);
  }

  /** The clock stood at `at` when it was set forward by `shift` ms (back: negative). */
  clockSet(shift: number, at: number): void {
    if (Math.abs(shift) < CLOCK_MS) return;
    this.#say({ kind: "clock-change", phase: 0, edge: "moment", at, confidence: 100, shift: Math.round(shift) });
  }

  /** See `unpowered`. */
  boot(latch: Latch, lastSeen: number, at: number): void {
    for (const occurrence of unpowered(latch, lastSeen, at)) this.#say(occurrence);
  }
}

/** A sensor that was silent for longer counts for so much only. */
const FIELD_GAP_S = 1;

function judges(site: TamperSite, limits: TamperThresholds): (readonly [ReturnType<typeof specOf>, Judge])[] {
  const { currentSeconds } = limits;
  const each = phasesOf(site.wiring).flatMap((phase): (readonly [ReturnType<typeof specOf>, Judge])[] => [
    [specOf("missing-potential", currentSeconds, 1, phase + 1), (r) => isPotentialMissing(r, phase, site, limits)],
    [specOf("dc-current", currentSeconds, 0.5, phase + 1), (r) => isDirect(r, phase, site, limits)],
  ]);
  return [
    ...each,
    [specOf("current-without-voltage", currentSeconds, 1), (r) => isCurrentWithoutVoltage(r, site, limits)],
    [specOf("missing-neutral", currentSeconds, 0.9), (r) => isNeutralMissing(r, site, limits)],
    [specOf("bypass", currentSeconds, 0.9), (r) => isBypassed(r, site, limits)],
    [specOf("phase-sequence", limits.sequenceSeconds, 1), (r) => isSequenceReversed(r, site, limits)],
    [specOf("unbalance", limits.unbalanceSeconds, 1), (r) => isUnbalanced(r, site, limits)],
  ];
}

function specOf(kind: TamperKind, seconds: number, certainty: number, phase = 0) {
  return { kind, phase: phase as TamperPhase, onSeconds: seconds, offSeconds: seconds, certainty };
}

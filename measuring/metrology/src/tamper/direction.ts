/**
 * A clamp that was put on the wrong way round. Only where power cannot leave the site does its direction prove anything:
 * always where nothing generates, in the dark where the generator is PV, never else. There the direction must hold: ten
 * seconds where nothing generates; an hour of darkness, with the angles in one cluster, where PV does, so that what an
 * inverter draws at night (little, and nearly all reactive) makes no alarm.
 */
import { CURRENT_OFFSET } from "../frame/channel.ts";
import type { WindowRecord } from "../window/record.ts";
import { AngleCluster } from "./angle-cluster.ts";
import { Condition } from "./condition.ts";
import type { TamperPhase } from "./kind.ts";
import type { OccurrenceListener } from "./occurrence.ts";
import { importsOnly, type TamperSite, type TamperThresholds } from "./site.ts";

/** Seconds of cluster before it is asked; less shows nothing. */
const CLUSTER_MIN_S = 300;

export class ReversedCurrent {
  readonly #phase: number;
  readonly #site: TamperSite;
  readonly #limits: TamperThresholds;
  readonly #condition: Condition;
  readonly #cluster = new AngleCluster();

  constructor(phase: number, site: TamperSite, limits: TamperThresholds, say: OccurrenceListener) {
    this.#phase = phase;
    this.#site = site;
    this.#limits = limits;
    const onSeconds = site.generation === "pv" ? limits.reversedDarkSeconds : limits.reversedSeconds;
    const certainty = site.generation === "pv" ? 0.9 : 1;
    const spec = {
      kind: "reversed-current",
      phase: (phase + 1) as TamperPhase,
      onSeconds,
      offSeconds: onSeconds,
    } as const;
    this.#condition = new Condition({ ...spec, certainty }, say);
  }

  window(record: WindowRecord): void {
    this.#condition.update(this.#isReversed(record), record.seconds, record.at);
  }

  #isReversed(record: WindowRecord): boolean | undefined {
    const cos = this.#factor(record);
    if (cos === undefined || !importsOnly(this.#site, record.at)) return undefined;
    if (this.#site.generation === "none") return this.#isDirected(cos);
    const sin = Math.sqrt(Math.max(0, 1 - cos * cos)) * (record.reactiveFundamental[this.#phase]! < 0 ? -1 : 1);
    this.#cluster.add(cos, sin, record.seconds);
    const { direction } = this.#cluster;
    if (this.#cluster.seconds < CLUSTER_MIN_S || direction === undefined) return undefined;
    return this.#isDirected(direction);
  }

  /** True for out, false for in, undefined where the current is nearly all reactive. */
  #isDirected(cos: number): boolean | undefined {
    return Math.abs(cos) > this.#limits.directionFactor ? cos < 0 : undefined;
  }

  /** Power factor of the fundamental with its sign; undefined where there is too little current or voltage. */
  #factor(record: WindowRecord): number | undefined {
    const phase = this.#phase;
    const isEnough =
      record.locked &&
      record.rms[phase]! > this.#limits.liveVolts * this.#site.nominalVolts &&
      record.rms[phase + CURRENT_OFFSET]! > this.#site.startingAmps;
    if (!isEnough) return undefined;
    const active = record.activeFundamental[phase]!;
    const reactive = record.reactiveFundamental[phase]!;
    const apparent = Math.sqrt(active * active + reactive * reactive);
    return apparent > 0 ? active / apparent : undefined;
  }
}

/**
 * Gives each record its place in time. Within a run of the program records lie on monotonic time; a run is dated by its
 * first record with a wall time that somebody vouched for. What a run never dated is counted and proves nothing.
 */
import type { EvidenceRecord } from "./record.ts";

export interface Range {
  /** UTC ms; `to` is not in it. */
  readonly from: number;
  readonly to: number;
}

export interface Dated<R extends EvidenceRecord = EvidenceRecord> {
  readonly record: R;
  /** UTC ms. */
  readonly at: number;
  /** Counts the program's starts; a monotonic time compares within one run only. */
  readonly run: number;
}

export class Collected {
  readonly #range: Range;
  /** Records this much outside the range are kept: what led to a lockout may lie a day before. */
  readonly #margin: number;
  readonly #dated: Dated[] = [];
  #pending: EvidenceRecord[] = [];
  #offset: number | undefined;
  #run = 0;
  #undated = 0;
  #sites = new Set<string>();

  constructor(range: Range, margin: number) {
    this.#range = range;
    this.#margin = margin;
  }

  add(record: EvidenceRecord): void {
    if (record.kind === "start") {
      this.#endRun();
      this.#run += 1;
      this.#sites.add(record.site);
    }
    if (record.wall_ms === null && this.#offset === undefined) {
      this.#pending.push(record);
      return;
    }
    if (record.wall_ms !== null) this.#offset = record.wall_ms - record.t_ms;
    const offset = this.#offset ?? 0;
    for (const waiting of this.#pending) this.#keep(waiting, waiting.t_ms + offset);
    this.#pending = [];
    this.#keep(record, record.wall_ms ?? record.t_ms + offset);
  }

  /** In the order of their time. */
  end(): { readonly dated: readonly Dated[]; readonly undated: number; readonly sites: readonly string[] } {
    this.#endRun();
    const dated = this.#dated.sort((a, b) => a.run - b.run || a.record.t_ms - b.record.t_ms);
    return { dated, undated: this.#undated, sites: [...this.#sites] };
  }

  #endRun(): void {
    this.#undated += this.#pending.length;
    this.#pending = [];
    this.#offset = undefined;
  }

  #keep(record: EvidenceRecord, at: number): void {
    const { from, to } = this.#range;
    if (at >= from - this.#margin && at < to + this.#margin) this.#dated.push({ record, at, run: this.#run });
  }
}

export function ofKind<Kind extends EvidenceRecord["kind"]>(
  dated: readonly Dated[],
  ...kinds: readonly Kind[]
): Dated<Extract<EvidenceRecord, { kind: Kind }>>[] {
  const wanted: readonly string[] = kinds;
  return dated.filter(({ record }) => wanted.includes(record.kind)) as Dated<Extract<EvidenceRecord, { kind: Kind }>>[];
}

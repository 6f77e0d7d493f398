/**
 * What crosses the boundary at each second, seen by nobody but the simulator: how long and how much is exported above
 * what is allowed, and after each load drop, how much of that the plant's own slowness explains.
 *
 * A drop of D watts cannot be answered before the meter shows it, two cycles at the most see and command it, and the
 * inverter waits its dead time and follows with its time constant: D x (meter period + 2 cycles + dead time + time
 * constant) / 3600 Wh is the most that may leave.
 */
import type { Millis } from "@csj/quantity";
import { type SiteSpec, type Truth, timeConstant } from "@csj/world";

/** No limit lasts longer over than this (AS/NZS 4777.2 soft limit; reference figure, clause text not read). */
const OVER_MAX_S = 15;
/** A meter shows whole watts and an inverter takes hundredths of a per cent: what lies under this is not seen. */
const SEEN_W = 10;
/** What the same two roundings add to a drop's export, in Wh. */
const ROUNDING_WH = 0.05;

export class ExportWatch {
  worstDrop = 0;
  longestOverS = 0;
  /** Of a site where nothing may be exported. */
  exportedWh = 0;
  readonly problems: string[] = [];
  readonly #site: SiteSpec;
  readonly #cycleS: number;
  readonly #responseS: number;
  #last: Truth | undefined;
  #overS = 0;
  #drop: { readonly at: number; readonly watts: number; readonly exportWh: number } | undefined;

  constructor(site: SiteSpec, cycle: Millis) {
    this.#site = site;
    this.#cycleS = cycle / 1000;
    const plantMs = site.grid.updatePeriod + site.inverter.deadTime + timeConstant(site.inverter);
    this.#responseS = plantMs / 1000 + 2 * this.#cycleS;
  }

  see(truth: Truth): void {
    const last = this.#last;
    this.#last = truth;
    if (last === undefined) return;
    const exported = truth.exportWh - last.exportWh;
    if (this.#site.allowedExport === 0) this.exportedWh += exported;
    this.#over(truth);
    if (truth.loadW === last.loadW) return;
    this.#endDrop(truth);
    const dropped = last.loadW - truth.loadW;
    this.#drop = dropped > 0 ? { at: truth.at, watts: dropped, exportWh: last.exportWh } : undefined;
  }

  #over({ at, gridW }: Truth): void {
    if (-gridW <= this.#site.allowedExport + SEEN_W) {
      this.#overS = 0;
      return;
    }
    this.#overS += this.#cycleS;
    this.longestOverS = Math.max(this.longestOverS, this.#overS);
    if (this.#overS === OVER_MAX_S + this.#cycleS) {
      this.problems.push(
        `${this.#site.id} ${new Date(at).toISOString()}: over the limit for more than ${OVER_MAX_S} s`,
      );
    }
  }

  #endDrop(now: Truth): void {
    const drop = this.#drop;
    if (drop === undefined || this.#site.allowedExport > 0) return;
    const wh = now.exportWh - drop.exportWh;
    const bound = (drop.watts * this.#responseS) / 3600 + ROUNDING_WH;
    this.worstDrop = Math.max(this.worstDrop, wh / bound);
    if (wh <= bound) return;
    const when = new Date(drop.at).toISOString();
    this.problems.push(
      `${this.#site.id} ${when}: ${wh.toFixed(3)} Wh left after a drop of ${drop.watts} W, ${bound.toFixed(3)} Wh allowed`,
    );
  }
}

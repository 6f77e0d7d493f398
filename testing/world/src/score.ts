/**
 * How well somebody held a site's export, whoever it was: the metrics of the no-export bench, from what really flowed.
 * Each stretch of the plant has closed forms, so times over the limit and energies do not depend on how often anybody
 * looks. "Over" is export beyond what is allowed by more than 2 % of the inverters' rating.
 */
import type { Instant } from "@csj/quantity";
import { worldErrors } from "./errors.ts";
import { type Curve, crossing, integral, valueAt } from "./plant/curve.ts";
import type { Stretch } from "./plant/plant.ts";
import { crossings, type Sum, sumAt, sumIntegral, turningPoints } from "./plant/sum.ts";
import { invertersOf, type SiteSpec } from "./spec.ts";
import type { World } from "./world.ts";

export interface Score {
  readonly from: string;
  readonly seconds: number;
  /** The longest time over in one piece. */
  readonly over_limit_s: number;
  /** All of them together. */
  readonly over_limit_total_s: number;
  /** Beyond what is allowed. */
  readonly exported_wh: number;
  readonly peak_w: number;
  /** Peak to peak of grid power in the last 60 s, less the load's and the sun's own. */
  readonly ripple_w: number;
  /** What the inverters could have given and did not, whether it could have been used or not. */
  readonly pv_lost_wh: number;
  readonly pv_available_wh: number;
}

const PER_WH = 3_600_000;
const OVER_SHARE = 0.02;
const RIPPLE_MS = 60_000;

interface Swing {
  readonly to: number;
  readonly grid: readonly [number, number];
  readonly load: readonly [number, number];
  readonly sun: readonly [number, number];
}

export class Scorer {
  readonly #site: SiteSpec;
  readonly #from: number;
  readonly #rated: number;
  #until: number;
  #overMs = 0;
  #longestMs = 0;
  #totalMs = 0;
  #exported = 0;
  #peak = 0;
  #available = 0;
  #generated = 0;
  #swings: Swing[] = [];

  /** @param from what flowed before it is not scored: a controller needs time to begin */
  constructor(site: SiteSpec, from: Instant) {
    this.#site = site;
    this.#from = from;
    this.#until = from;
    this.#rated = invertersOf(site).reduce((sum, { rated }) => sum + rated, 0);
  }

  see(stretch: Stretch): void {
    const { from, ms, netLoadW, output, sun } = stretch;
    this.#until = from + ms;
    const allowed = netLoadW + this.#site.allowedExport;
    this.#exported += positive(output, allowed, ms);
    this.#peak = Math.max(this.#peak, highest(output, ms) - allowed);
    this.#over(output, allowed + OVER_SHARE * this.#rated, ms);
    this.#generated += sumIntegral(output, ms);
    for (const { rated, sunShare } of invertersOf(this.#site)) {
      this.#available += capped(sun, sunShare ?? rated / this.#rated, rated, ms);
    }
    this.#swing(stretch);
  }

  score(): Score {
    return {
      from: new Date(this.#from).toISOString(),
      seconds: rounded((this.#until - this.#from) / 1000),
      over_limit_s: rounded(this.#longestMs / 1000),
      over_limit_total_s: rounded(this.#totalMs / 1000),
      exported_wh: rounded(this.#exported / PER_WH),
      peak_w: rounded(Math.max(0, this.#peak)),
      ripple_w: rounded(this.#ripple()),
      pv_lost_wh: rounded(Math.max(0, this.#available - this.#generated) / PER_WH),
      pv_available_wh: rounded(this.#available / PER_WH),
    };
  }

  #over(output: Sum, level: number, ms: number): void {
    for (const [from, to] of pieces(output, level, ms)) {
      if (sumAt(output, (from + to) / 2) <= level) {
        this.#overMs = 0;
        continue;
      }
      this.#overMs += to - from;
      this.#totalMs += to - from;
      this.#longestMs = Math.max(this.#longestMs, this.#overMs);
    }
  }

  #swing({ from, ms, netLoadW, output, loadW, sun }: Stretch): void {
    const [low, high] = range(output, ms);
    const suns = [valueAt(sun, 0), valueAt(sun, ms)].map((watts) => Math.min(this.#rated, Math.max(0, watts)));
    this.#swings.push({
      to: from + ms,
      grid: [netLoadW - high, netLoadW - low],
      load: [loadW, loadW],
      sun: [Math.min(...suns), Math.max(...suns)],
    });
    while ((this.#swings[0]?.to ?? this.#until) < this.#until - RIPPLE_MS) this.#swings.shift();
  }

  #ripple(): number {
    const size = (of: (swing: Swing) => readonly [number, number]) =>
      this.#swings.length === 0
        ? 0
        : this.#swings.reduce((most, swing) => Math.max(most, of(swing)[1]), Number.NEGATIVE_INFINITY) -
          this.#swings.reduce((least, swing) => Math.min(least, of(swing)[0]), Number.POSITIVE_INFINITY);
    return Math.max(0, size(({ grid }) => grid) - size(({ load }) => load) - size(({ sun }) => sun));
  }
}

/** Scores a site of the world from now on, or from `from`. */
export function scoreSite(world: World, siteId: string, from: Instant = world.now): Scorer {
  const site = world.sites.find(({ id }) => id === siteId);
  if (site === undefined) throw worldErrors.WORLD_SITE_UNKNOWN(`This world has no site "${siteId}".`);
  const scorer = new Scorer(site, from);
  world.watch(siteId, from, (stretch) => scorer.see(stretch));
  return scorer;
}

function pieces(output: Sum, level: number, ms: number): readonly (readonly [number, number])[] {
  const ends = [...crossings(output, level, ms), ms];
  return ends.map((to, index) => [index === 0 ? 0 : (ends[index - 1] ?? 0), to] as const);
}

/** The integral of what lies above `level`, in W ms. */
function positive(output: Sum, level: number, ms: number): number {
  const above = (to: number) => sumIntegral(output, to) - level * to;
  return pieces(output, level, ms).reduce((sum, [from, to]) => sum + Math.max(0, above(to) - above(from)), 0);
}

function range(output: Sum, ms: number): readonly [number, number] {
  const turns = output.single === undefined ? turningPoints(output, ms) : [];
  const values = [0, ...turns, ms].map((at) => sumAt(output, at));
  return [Math.min(...values), Math.max(...values)];
}

const highest = (output: Sum, ms: number) => range(output, ms)[1];

/** What one inverter could give of a straight sun, in W ms: never more than its rating, never less than nothing. */
function capped(sun: Curve, share: number, rated: number, ms: number): number {
  const top = rated / share;
  const ends = [crossing(sun, top, ms), crossing(sun, 0, ms)].filter((at) => at !== undefined).sort((a, b) => a - b);
  let area = 0;
  let from = 0;
  for (const to of [...ends, ms]) {
    const middle = valueAt(sun, (from + to) / 2);
    if (middle >= top) area += top * (to - from);
    else if (middle > 0) area += integral(sun, to) - integral(sun, from);
    from = to;
  }
  return area * share;
}

const rounded = (value: number) => Math.round(value * 1e4) / 1e4;

/**
 * A site for comparing control laws: one load, inverters with dead time and a first-order or linear answer, a grid meter
 * that shows a value for its update period and some time late, inverter telemetry with a period and a lag of its own, a
 * bus that takes time, a controller that runs once a cycle. Stepped in fixed steps; between two steps an inverter's answer
 * is exact.
 */
import { seededRandom } from "@csj/runtime/fake";

export interface UnitPlant {
  readonly rated: number;
  /** Seconds from the write until the output begins to move. */
  readonly dead: number;
  /** Seconds: a time constant, or what a linear ramp over the whole rating takes. */
  readonly response: { readonly kind: "first-order" | "ramp"; readonly time: number };
  /** Shares of the rating: lowest limit that it takes, and smallest step. */
  readonly floor?: number;
  readonly quantum?: number;
}

export interface Site {
  readonly units: readonly UnitPlant[];
  /** W at a time in seconds, on the inverter's phase where `other` is given, else in all. */
  readonly load: (at: number) => number;
  /** W on the other two phases; the limit then holds on the inverter's phase alone. */
  readonly other?: (at: number) => number;
  /** W that the array could give; shared over the inverters by rating. */
  readonly sun: (at: number) => number;
  readonly meter: { readonly period: number; readonly lag: number; readonly noise: number };
  /** `told`: its readings carry their true time; else they carry the time of the answer. */
  readonly telemetry: { readonly period: number; readonly lag: number; readonly told: boolean };
  /** Seconds that a read, and then a write, takes. */
  readonly bus: number;
  readonly cycle: number;
}

export interface Run {
  /** Seconds before the score begins, and of the score. */
  readonly warmUp: number;
  readonly seconds: number;
  readonly stepS: number;
}

/** What a controller sees in a cycle. */
export interface Seen {
  readonly at: number;
  readonly grid: number;
  /** On the inverter's phase; the same as `grid` on a site without phases. */
  readonly gridPhase: number;
  readonly pv: number;
  readonly pvAt: number;
}

/** What only an oracle knows. */
export interface Truth {
  /** Home's use at the instant at which the meter took the value that it shows now; on the phase that counts. */
  homeMeasured(): number;
  homeNow(): number;
  /** A unit's output now, and the limit that acts on it at a time from `dead` ago to now. */
  output(unit: number): number;
  limitAt(unit: number, at: number): number;
  readonly sun: (at: number) => number;
}

/** Limit in W for all together, shared by rating; or one for each inverter. */
export type Controller = (seen: Seen) => number | readonly number[];
export interface Subject {
  readonly name: string;
  make(site: Site, truth: Truth): Controller;
}

export interface Score {
  /** Longest time in one piece with export above 2 % of the rating. */
  readonly overS: number;
  /** The same, all pieces together. */
  readonly overAllS: number;
  /** From the first moment above it to the last, swings in between included. */
  readonly settledS: number;
  readonly exportedWh: number;
  readonly peakW: number;
  /** Peak to peak of grid power in the last 60 s, less the load's and the sun's own. */
  readonly rippleW: number;
  readonly lostWh: number;
  readonly availableWh: number;
}

export function ratedOf(site: Site): number {
  return site.units.reduce((sum, { rated }) => sum + rated, 0);
}

const LAST_S = 60;

/** Values of the last while, by step. */
class Past {
  readonly #values: Float64Array;
  #at = -1;
  constructor(steps: number) {
    this.#values = new Float64Array(Math.max(2, steps + 2));
  }
  push(value: number): void {
    this.#at += 1;
    this.#values[this.#at % this.#values.length] = value;
  }
  back(steps: number): number {
    return this.#values[Math.max(0, this.#at - steps) % this.#values.length] ?? 0;
  }
}

class Unit {
  output = 0;
  readonly limits: Past;
  readonly deadSteps: number;
  readonly #spec: UnitPlant;
  readonly #keep: number;
  readonly #move: number;

  constructor(spec: UnitPlant, stepS: number, busSteps: number) {
    this.#spec = spec;
    this.deadSteps = Math.round(spec.dead / stepS) + busSteps;
    this.limits = new Past(this.deadSteps);
    this.#keep = Math.exp(-stepS / spec.response.time);
    this.#move = (spec.rated * stepS) / spec.response.time;
  }

  advance(asked: number, sun: number): void {
    this.limits.push(this.#taken(asked));
    const to = Math.min(this.limits.back(this.deadSteps), sun);
    // A falling sun takes the output with it at once; the answer's slowness is the limiter's.
    const from = Math.min(this.output, sun);
    if (this.#spec.response.kind === "first-order") this.output = to + (from - to) * this.#keep;
    else this.output = from + Math.max(-this.#move, Math.min(this.#move, to - from));
  }

  #taken(asked: number): number {
    const { rated, floor = 0, quantum = 0 } = this.#spec;
    const stepped = quantum > 0 ? Math.floor(asked / rated / quantum + 1e-9) * quantum * rated : asked;
    return Math.min(rated, Math.max(floor * rated, stepped));
  }
}

export type Trace = (at: number, load: number, output: number, limit: number) => void;

export function simulate(site: Site, subject: Subject, run: Run, seed = 1, trace?: Trace): Score {
  const { stepS } = run;
  const steps = (seconds: number) => Math.max(0, Math.round(seconds / stepS));
  const { meter, telemetry } = site;
  const rated = ratedOf(site);
  const random = seededRandom(seed);
  const busSteps = steps(site.bus);
  const units = site.units.map((unit) => new Unit(unit, stepS, busSteps));
  const past = steps(meter.period + meter.lag + telemetry.period + telemetry.lag) + 4;
  const [outputs, loads, others] = [new Past(past), new Past(past), new Past(past)];
  let [output, load, other, now] = [0, site.load(0), site.other?.(0) ?? 0, 0];
  const meterBack = (tick: number) => {
    const shown = tick - steps(meter.lag);
    return tick - (shown - (((shown % steps(meter.period)) + steps(meter.period)) % steps(meter.period)));
  };
  const pvBack = (tick: number) => {
    const every = Math.max(1, steps(telemetry.period));
    return (tick % every) + steps(telemetry.lag);
  };
  let [meterAge, noise, noiseOf] = [0, 0, Number.NaN];
  const truth: Truth = {
    homeMeasured: () => loads.back(meterAge),
    homeNow: () => load,
    output: (unit) => units[unit]?.output ?? 0,
    limitAt: (unit, at) => units[unit]?.limits.back(Math.round((now - at) / stepS)) ?? 0,
    sun: site.sun,
  };
  const decide = subject.make(site, truth);
  let asked: readonly number[] = units.map(() => 0);
  const tally = new Tally(rated, stepS, run);
  const perCycle = Math.max(1, steps(site.cycle));
  for (let tick = 0; tick * stepS < run.warmUp + run.seconds; tick += 1) {
    now = tick * stepS;
    load = site.load(now);
    other = site.other?.(now) ?? 0;
    const sun = site.sun(now);
    output = 0;
    for (let index = 0; index < units.length; index += 1) {
      const unit = units[index] as Unit;
      const share = (site.units[index] as UnitPlant).rated / rated;
      unit.advance(asked[index] as number, sun * share);
      output += unit.output;
    }
    outputs.push(output);
    loads.push(load);
    others.push(other);
    if (tick % perCycle === 0) {
      meterAge = meterBack(tick);
      if (noiseOf !== tick - meterAge) [noise, noiseOf] = [meter.noise * (2 * random.next() - 1), tick - meterAge];
      const phase = loads.back(meterAge) - outputs.back(meterAge) + noise;
      const pvAge = pvBack(tick);
      const limit = decide({
        at: now,
        grid: phase + others.back(meterAge),
        gridPhase: phase,
        pv: outputs.back(pvAge),
        pvAt: telemetry.told ? now - pvAge * stepS : now,
      });
      asked = typeof limit === "number" ? site.units.map((unit) => (limit * unit.rated) / rated) : limit;
    }
    if (now >= run.warmUp) tally.add(now, load, output, Math.min(sun, rated));
    trace?.(
      now,
      load,
      output,
      asked.reduce((sum, each) => sum + each, 0),
    );
  }
  return tally.score();
}

class Tally {
  readonly #over: number;
  readonly #stepS: number;
  readonly #lastFrom: number;
  #current = 0;
  #longest = 0;
  #all = 0;
  #first = Number.NaN;
  #last = Number.NaN;
  #exported = 0;
  #peak = 0;
  #lost = 0;
  #available = 0;
  readonly #ranges = { grid: new Range(), load: new Range(), sun: new Range() };

  constructor(rated: number, stepS: number, run: Run) {
    this.#over = 0.02 * rated;
    this.#stepS = stepS;
    this.#lastFrom = run.warmUp + run.seconds - LAST_S;
  }

  add(at: number, load: number, output: number, available: number): void {
    const out = Math.max(0, output - load);
    this.#current = out > this.#over ? this.#current + this.#stepS : 0;
    if (out > this.#over) {
      this.#all += this.#stepS;
      this.#last = at;
      if (Number.isNaN(this.#first)) this.#first = at;
    }
    this.#longest = Math.max(this.#longest, this.#current);
    this.#peak = Math.max(this.#peak, out);
    this.#exported += out * this.#stepS;
    this.#lost += (available - output) * this.#stepS;
    this.#available += available * this.#stepS;
    if (at < this.#lastFrom) return;
    this.#ranges.grid.add(load - output);
    this.#ranges.load.add(load);
    this.#ranges.sun.add(available);
  }

  score(): Score {
    const { grid, load, sun } = this.#ranges;
    return {
      overS: this.#longest,
      overAllS: this.#all,
      settledS: this.#last - this.#first || 0,
      exportedWh: this.#exported / 3600,
      peakW: this.#peak,
      rippleW: Math.max(0, grid.size - load.size - sun.size),
      lostWh: Math.max(0, this.#lost) / 3600,
      availableWh: this.#available / 3600,
    };
  }
}

class Range {
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  add(value: number): void {
    if (value < this.#low) this.#low = value;
    if (value > this.#high) this.#high = value;
  }
  get size(): number {
    return this.#high > this.#low ? this.#high - this.#low : 0;
  }
}

/**
 * The virtual test bench: a source, one piece of simulated hardware, and the meter as it is built, from the engine to the
 * registers. Every run begins with a new stream and new noise, and is the same again for the same seed.
 */
import {
  type ActiveClass,
  type Calibration,
  type CycleRecord,
  EnergyBank,
  Engine,
  FlickerMeter,
  noLoadAmps,
  PHASES,
  registerIndex,
  TOTAL_PLACE,
  type VoltageEvent,
  VoltageEventDetector,
  type WindowRecord,
} from "@csj/metrology";
import { testbenchErrors } from "../errors.ts";
import { FrontEnd } from "../frontend/front-end.ts";
import type { FrontEndSpec } from "../frontend/spec.ts";
import type { Signal } from "../source/signal.ts";

export interface MeasuredEnergy {
  readonly importWh: number;
  readonly exportWh: number;
  /** By the true clock, of the cycles that were counted. */
  readonly trueSeconds: number;
}

/** Means of a phase over the cycles that were counted. */
export interface MeasuredPhase {
  readonly volts: number;
  readonly amps: number;
  readonly watts: number;
  readonly vars: number;
  readonly meanVolts: number;
  readonly meanAmps: number;
}

export interface ObservedWindow {
  readonly cycles: number;
  readonly seconds: number;
  /** Of the phases that are there. */
  readonly volts: readonly number[];
  readonly negative: number;
  readonly zero: number;
  /** As in `WindowRecord.harmonics`. */
  readonly harmonics: Float64Array;
}

export interface ObservedRun {
  /** After the settling. */
  readonly seconds: number;
  /** Where not all phases are needed. */
  readonly wiring?: FrontEndSpec["wiring"];
}

export interface Observed {
  readonly windows: readonly ObservedWindow[];
  readonly events: readonly VoltageEvent[];
  /** Of the voltages that are there; empty in a run that is too short for one. */
  readonly pst: readonly number[];
}

/** Until then filters and synchronisation settle, and nothing counts. */
const SETTLING_SECONDS = 0.5;
/** Samples of a frame: a tenth of a second. */
const FRAMES_PER_SECOND = 10;
/** Longer than this a run does not wait for its cycles. */
const RUN_SECONDS_MAX = 120;
/** A run that is this long is one for flicker: its windows are not kept. */
const FLICKER_SECONDS = 600;
/** Of a register's count, Wh: fine enough that rounding does not show. */
const REGISTER_STEP = 1e-6;
const ACTIVE_IMPORT = 0;
const ACTIVE_EXPORT = 1;

export class Bench {
  readonly spec: FrontEndSpec;
  readonly #calibration: Calibration;
  readonly #seed: number;
  readonly #mounting: number | undefined;
  #runs = 0;

  /** @param mounting as in `FrontEndUse`: not given while calibrating */
  constructor(spec: FrontEndSpec, calibration: Calibration, seed: number, mounting?: number) {
    this.spec = spec;
    this.#calibration = calibration;
    this.#seed = seed;
    this.#mounting = mounting;
  }

  /** What the registers took over whole cycles. */
  energy(signal: Signal, name: ActiveClass, cycles: number, kelvin: number): MeasuredEnergy {
    const { connection, amps } = this.spec.rating;
    const bank = new EnergyBank({
      register: { perCount: REGISTER_STEP, digits: 15 },
      noLoadAmps: noLoadAmps(name, connection, amps),
    });
    const trueSeconds = this.#runCycles(signal, cycles, kelvin, (record) => bank.cycle(record));
    const energyOf = (kind: number) => {
      const { count, residual } = bank.registers[registerIndex(kind, TOTAL_PLACE)]!.save();
      return count * REGISTER_STEP + residual;
    };
    return { importWh: energyOf(ACTIVE_IMPORT), exportWh: energyOf(ACTIVE_EXPORT), trueSeconds };
  }

  /** What the meter shows of each phase. */
  phases(signal: Signal, cycles: number): MeasuredPhase[] {
    const sums = Array.from({ length: PHASES }, () => ({ v: 0, a: 0, w: 0, q: 0, dcV: 0, dcA: 0 }));
    this.#runCycles(signal, cycles, 0, (record) => {
      for (const [phase, sum] of sums.entries()) addPhase(sum, record, phase);
    });
    return sums.map(({ v, a, w, q, dcV, dcA }) => ({
      volts: Math.sqrt(v / cycles),
      amps: Math.sqrt(a / cycles),
      watts: w / cycles,
      vars: q / cycles,
      meanVolts: dcV / cycles,
      meanAmps: dcA / cycles,
    }));
  }

  /** Windows, events and flicker of a signal for so many seconds after the settling. */
  observe(signal: Signal, { seconds, wiring }: ObservedRun): Observed {
    const frontEnd = this.#frontEnd(signal, 0, wiring);
    const { layout } = frontEnd;
    const windows: ObservedWindow[] = [];
    const events: VoltageEvent[] = [];
    const isFlicker = seconds >= FLICKER_SECONDS;
    const flicker = isFlicker ? new FlickerMeter(layout) : undefined;
    const detector = new VoltageEventDetector(layout, { ended: (event) => events.push(event) });
    const settled = SETTLING_SECONDS * layout.rate;
    const engine: Engine = new Engine(layout, this.#calibration, {
      half: (record) => detector.take(record),
      window: (record) => {
        if (record.from >= settled && !isFlicker) windows.push(keep(record));
      },
      samples: (from, to) => flicker?.take(engine.ring, from, to),
    });
    const size = layout.rate / FRAMES_PER_SECOND;
    for (let n = 0; n < (seconds + SETTLING_SECONDS) * FRAMES_PER_SECOND; n++) engine.push(frontEnd.frames(size));
    return { windows, events, pst: flicker === undefined ? [] : pstOf(flicker) };
  }

  /** @returns true seconds of the counted cycles */
  #runCycles(signal: Signal, cycles: number, kelvin: number, take: (record: CycleRecord) => void): number {
    const frontEnd = this.#frontEnd(signal, kelvin);
    const { layout, trueRate } = frontEnd;
    const settled = SETTLING_SECONDS * layout.rate;
    let counted = 0;
    let span = 0;
    const engine = new Engine(layout, this.#calibration, {
      cycle: (record) => {
        if (record.from < settled || counted === cycles) return;
        counted += 1;
        span += record.to - record.from;
        take(record);
      },
    });
    const size = Math.floor(layout.rate / FRAMES_PER_SECOND);
    for (let n = 0; counted < cycles; n++) {
      if (n > RUN_SECONDS_MAX * FRAMES_PER_SECOND) {
        throw testbenchErrors.TESTBENCH_NO_CYCLES(`After ${RUN_SECONDS_MAX} s there were ${counted} cycles.`);
      }
      engine.push(frontEnd.frames(size));
    }
    return span / trueRate;
  }

  #frontEnd(signal: Signal, kelvin: number, wiring = this.spec.wiring): FrontEnd {
    this.#runs += 1;
    return new FrontEnd({ ...this.spec, wiring }, signal, {
      unit: this.#seed,
      noise: this.#seed * 100_003 + this.#runs,
      kelvin,
      ...(this.#mounting === undefined ? {} : { mounting: this.#mounting }),
    });
  }
}

function addPhase(
  sum: { v: number; a: number; w: number; q: number; dcV: number; dcA: number },
  { rms, mean, active, reactive }: CycleRecord,
  phase: number,
): void {
  const current = phase + 4;
  sum.v += rms[phase]! ** 2;
  sum.a += rms[current]! ** 2;
  sum.w += active[phase]!;
  sum.q += reactive[phase]!;
  sum.dcV += mean[phase]!;
  sum.dcA += mean[current]!;
}

function keep(record: WindowRecord): ObservedWindow {
  return {
    cycles: record.cycles,
    seconds: record.seconds,
    volts: [...record.rms.slice(0, PHASES)].filter((volts) => !Number.isNaN(volts)),
    negative: record.unbalanceNegative,
    zero: record.unbalanceZero,
    harmonics: record.harmonics.slice(),
  };
}

function pstOf(flicker: FlickerMeter): number[] {
  const all = new Float64Array(flicker.instant.length);
  flicker.close(all);
  return [...all].filter((pst) => !Number.isNaN(pst));
}

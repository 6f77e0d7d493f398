/**
 * A circuit by formula, sampled without error: for a first look, for demonstrations, and for tests whose true values
 * follow from the same numbers. What flows can be changed while it runs, and a dip can be set.
 */
import { type Calibration, type ChannelId, channelIds, type Frame, type Layout } from "@csj/metrology";
import {
  BLOCK,
  type Circuit,
  circuitSignal,
  type PhaseLoad,
  renderBlock,
  type Signal,
  type Step,
} from "@csj/testbench";
import type { SimulatedSource } from "../config/schema.ts";
import { Pace } from "./pace.ts";
import type { SampleSink, SampleSource, SourceDeps } from "./source.ts";

/** V and A in a count: 2^31 counts are 21 kV and 2.1 kA. */
const VOLTS_PER_COUNT = 1e-5;
const AMPS_PER_COUNT = 1e-6;
const STEPS_MAX = 20;

export interface SimulatedLoads {
  readonly phases: Circuit["phases"];
  readonly hertz: number;
}

export class SimulatedCircuit implements SampleSource {
  readonly layout: Layout;
  readonly calibration: Calibration;
  readonly #pace: Pace;
  readonly #values = new Float64Array(BLOCK);
  #circuit: Circuit;
  #signal: Signal;
  #steps: Step[] = [];
  #samples: Int32Array = new Int32Array(0);
  #next = 0;

  constructor(layout: Layout, config: SimulatedSource, deps: SourceDeps) {
    this.layout = layout;
    this.calibration = idealCalibration(layout);
    this.#pace = new Pace(deps);
    const [first, ...others] = config.phases.map(loadOf);
    this.#circuit = {
      wiring: layout.wiring,
      frequency: { hertz: config.hertz ?? layout.nominalHertz },
      phases: [first ?? { volts: layout.nominalVolts, amps: 0, lag: 0 }, ...others],
      ...(config.voltage_overtones && { voltageOvertones: config.voltage_overtones }),
      ...(config.current_overtones && { currentOvertones: config.current_overtones }),
    };
    this.#signal = circuitSignal(this.#circuit);
  }

  /** What flows from the next block of samples on; where a value is not given it stays. */
  set(phases: Circuit["phases"]): void {
    this.#change({ ...this.#circuit, phases });
  }

  /** All voltages at `part` of their value for so many seconds, from the next block on. */
  dip(part: number, seconds: number): void {
    const from = this.#next / this.layout.rate;
    this.#steps = [...this.#steps.filter(({ to }) => to > from), { from, to: from + seconds, factor: part }];
    this.#steps = this.#steps.slice(-STEPS_MAX);
    this.#change({ ...this.#circuit, voltage: { steps: this.#steps } });
  }

  start(sink: SampleSink): void {
    const give = (first: number, count: number) => {
      sink.frame(this.render(first, count));
      return true;
    };
    this.#pace.start({ rate: this.layout.rate, give }, sink);
  }

  stop(): void {
    this.#pace.stop();
  }

  /** Samples by formula; for who has a clock of its own. */
  render(first: number, count: number): Frame {
    const width = this.layout.channels.length;
    if (this.#samples.length !== count * width) this.#samples = new Int32Array(count * width);
    for (const [place, id] of this.layout.channels.entries()) this.#renderChannel(id, place, first, count);
    this.#next = first + count;
    return { first, samples: this.#samples };
  }

  #renderChannel(id: ChannelId, place: number, first: number, count: number): void {
    const width = this.layout.channels.length;
    const perCount = ratioOf(id);
    const waveform = this.#signal.channels[id] ?? { tones: [] };
    for (let n = 0; n < count; ) {
      const block = Math.floor((first + n) / BLOCK);
      const within = (first + n) % BLOCK;
      renderBlock(this.#signal, waveform, { rate: this.layout.rate, delay: 0 }, block, this.#values);
      const until = Math.min(count, n + BLOCK - within);
      for (let k = within; n < until; n += 1, k += 1) {
        this.#samples[n * width + place] = Math.round((this.#values[k] ?? 0) / perCount);
      }
    }
  }

  #change(circuit: Circuit): void {
    this.#circuit = circuit;
    this.#signal = circuitSignal(circuit);
  }
}

function loadOf({ volts, amps, lag_deg }: SimulatedSource["phases"][number]): PhaseLoad {
  return { volts, amps, lag: lag_deg ?? 0 };
}

function ratioOf(id: ChannelId): number {
  return id.startsWith("u") ? VOLTS_PER_COUNT : AMPS_PER_COUNT;
}

function idealCalibration({ rate, nominalHertz, channels }: Layout): Calibration {
  const present = channelIds.filter((id) => channels.includes(id));
  return {
    format: "csj-calibration-1",
    id: "simulated",
    rate,
    nominalHertz,
    channels: Object.fromEntries(present.map((id) => [id, { offset: 0, ratio: ratioOf(id), lead: 0 }])),
  };
}

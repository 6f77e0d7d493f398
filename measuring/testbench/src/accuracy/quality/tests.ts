/**
 * The tests of a power quality class, after the way of IEC 62586-2: each quantity at several points, alone and while other
 * things are wrong with the voltage. One run of a signal can hold several points: all harmonics are there at once, as
 * they are in a grid.
 */
import type { ChannelId, VoltageEventKind } from "@csj/metrology";
import type { FrontEndSpec } from "../../frontend/spec.ts";
import { circuitSignal, type Overtone, unbalancedVolts } from "../../source/circuit.ts";
import type { Signal, Step, Waveform } from "../../source/signal.ts";
import { rmsOf } from "../../source/truth.ts";
import { flickerPoints, harmonicLevels, type QualityClass, type QualityLimits, qualityLimits } from "./limits.ts";

export type QualityQuantity =
  | { readonly kind: "frequency" | "voltage" | "unbalance-negative" | "unbalance-zero" | "flicker" }
  | { readonly kind: "harmonic"; readonly order: number }
  | { readonly kind: "event-extreme" | "event-seconds"; readonly event: VoltageEventKind };

export interface QualityCheck {
  readonly test: string;
  readonly quantity: QualityQuantity;
  /** Hz, V, a part (unbalance), Pst, s. */
  readonly truth: number;
  /** The error is divided by this and given in percent. */
  readonly base: number;
  readonly of: string;
  readonly limit: number;
}

export interface QualityRun {
  readonly signal: Signal;
  readonly distortion: string;
  /** Of signal, after the settling. */
  readonly seconds: number;
  /** Of fewer phases than the front end has, where they would only cost time. */
  readonly wiring?: FrontEndSpec["wiring"];
  readonly checks: readonly QualityCheck[];
}

/** What else is wrong with the voltage: three states, the first of them nothing. */
interface Influence {
  readonly name: string;
  /** Added to the nominal frequency where the frequency itself is not tried. */
  readonly hertz: number;
  readonly overtones: readonly Overtone[];
}

const influences: readonly Influence[] = [
  { name: "none", hertz: 0, overtones: [] },
  {
    name: "h3 5 %, h5 6 %, h7 5 %",
    hertz: -1,
    overtones: [
      { order: 3, percent: 5, degrees: 180 },
      { order: 5, percent: 6 },
      { order: 7, percent: 5, degrees: 180 },
    ],
  },
  {
    name: "h5 6 %, h11 3.5 %, interharmonic 3.4 1 %",
    hertz: 1,
    overtones: [
      { order: 5, percent: 6 },
      { order: 11, percent: 3.5, degrees: 180 },
      { order: 3.4, percent: 1 },
    ],
  },
];

const SHORT_RUN = 3;
const FREQUENCY_RUN = 10;
const PST_RUN = 605;

export function qualityRuns(name: QualityClass, spec: FrontEndSpec): QualityRun[] {
  const limits = qualityLimits[name];
  return [
    ...influences.flatMap((influence) => [
      ...frequencyRuns(limits, spec, influence),
      ...voltageRuns(limits, spec, influence),
      ...(spec.wiring === "3p4w" ? unbalanceRuns(limits, spec, influence) : []),
    ]),
    ...eventRuns(limits, spec),
    ...[-0.5, 0, 0.5].map((offset) => harmonicRun(limits, spec, offset)),
    ...flickerRuns(limits, spec),
  ];
}

function frequencyRuns({ frequency }: QualityLimits, spec: FrontEndSpec, influence: Influence): QualityRun[] {
  const nominal = spec.nominal_hertz;
  return frequency.at.map((at) => {
    const hertz = (at * nominal) / 50;
    const check: QualityCheck = {
      test: `Frequency ${round(hertz)} Hz`,
      quantity: { kind: "frequency" },
      truth: hertz,
      base: nominal,
      of: "the nominal frequency",
      limit: (100 * frequency.limit) / nominal,
    };
    return {
      signal: mains(spec, hertz, spec.nominal_volts, influence.overtones),
      distortion: influence.name,
      seconds: FREQUENCY_RUN,
      checks: [check],
    };
  });
}

function voltageRuns({ voltage }: QualityLimits, spec: FrontEndSpec, influence: Influence): QualityRun[] {
  return voltage.at.map((percent) => {
    const signal = mains(
      spec,
      spec.nominal_hertz + influence.hertz,
      (spec.nominal_volts * percent) / 100,
      influence.overtones,
    );
    const check: QualityCheck = {
      test: `Voltage ${percent} % of Udin`,
      quantity: { kind: "voltage" },
      truth: rmsOf(signal.channels.u1 ?? { tones: [] }),
      base: spec.nominal_volts,
      of: "Udin",
      limit: voltage.limit,
    };
    return { signal, distortion: influence.name, seconds: SHORT_RUN, checks: [check] };
  });
}

function unbalanceRuns({ unbalance }: QualityLimits, spec: FrontEndSpec, influence: Influence): QualityRun[] {
  return unbalance.at.map((percent) => {
    const balanced = mains(spec, spec.nominal_hertz + influence.hertz, spec.nominal_volts, influence.overtones);
    const volts = unbalancedVolts(spec.nominal_volts, percent, percent);
    const channels = Object.fromEntries(
      volts.map((tones, p) => {
        const id = `u${p + 1}` as ChannelId;
        return [id, { tones: [...tones, ...(balanced.channels[id]?.tones ?? []).filter(({ order }) => order !== 1)] }];
      }),
    ) as Partial<Record<ChannelId, Waveform>>;
    const check = (letter: string, kind: "unbalance-negative" | "unbalance-zero"): QualityCheck => ({
      test: `Unbalance ${letter} ${percent} %`,
      quantity: { kind },
      truth: percent / 100,
      base: 1,
      of: "the positive sequence",
      limit: unbalance.limit,
    });
    return {
      signal: { frequency: balanced.frequency, channels },
      distortion: influence.name,
      seconds: SHORT_RUN,
      checks: [check("u2", "unbalance-negative"), check("u0", "unbalance-zero")],
    };
  });
}

const EVENT_START = 1.5037;
const dips = [85, 70, 40, 10] as const;
const swells = [120] as const;
const eventCycles = [2, 10, 50] as const;

function eventRuns(limits: QualityLimits, spec: FrontEndSpec): QualityRun[] {
  const named = [
    ...dips.map((percent) => ({ percent, event: "dip", name: `Dip to ${percent} %` }) as const),
    ...swells.map((percent) => ({ percent, event: "swell", name: `Swell to ${percent} %` }) as const),
    { percent: 0, event: "interruption", name: "Interruption" } as const,
  ];
  return named.flatMap((what) => eventCycles.map((cycles) => eventRun(limits, spec, what, cycles)));
}

interface TriedEvent {
  readonly percent: number;
  readonly event: VoltageEventKind;
  readonly name: string;
}

function eventRun(limits: QualityLimits, spec: FrontEndSpec, tried: TriedEvent, cycles: number): QualityRun {
  const { percent, event, name } = tried;
  const seconds = cycles / spec.nominal_hertz;
  const hertz = spec.nominal_hertz;
  const step: Step = { from: EVENT_START, to: EVENT_START + seconds, factor: percent / 100 };
  const test = `${name}, ${cycles} cycles`;
  const signal = mains(spec, hertz, spec.nominal_volts, [], [step]);
  return {
    signal,
    distortion: "none",
    seconds: SHORT_RUN,
    checks: [
      {
        test: `${test}: voltage`,
        quantity: { kind: "event-extreme", event },
        truth: (spec.nominal_volts * percent) / 100,
        base: spec.nominal_volts,
        of: "Udin",
        limit: limits.dipAmplitude,
      },
      {
        test: `${test}: duration`,
        quantity: { kind: "event-seconds", event },
        truth: seconds,
        base: 1 / hertz,
        of: "a cycle",
        limit: 100 * limits.dipDuration,
      },
    ],
  };
}

function harmonicRun({ harmonics }: QualityLimits, spec: FrontEndSpec, offset: number): QualityRun {
  const levels = harmonicLevels.filter(([order]) => order <= harmonics.highest);
  const overtones = levels.map(([order, percent]) => ({ order, percent, degrees: (order * 137) % 360 }));
  const hertz = spec.nominal_hertz + offset;
  const checks = levels.map(([order, percent]): QualityCheck => {
    const volts = (spec.nominal_volts * percent) / 100;
    const above = percent >= harmonics.threshold;
    return {
      test: `Harmonic ${order}, ${percent} % of Udin`,
      quantity: { kind: "harmonic", order },
      truth: volts,
      base: above ? volts : spec.nominal_volts,
      of: above ? "the harmonic" : "Udin",
      limit: above ? harmonics.ofReading : harmonics.ofDeclared,
    };
  });
  const signal = mains(spec, hertz, spec.nominal_volts, overtones);
  return { signal, distortion: `all tried harmonics to h${harmonics.highest}`, seconds: SHORT_RUN, checks };
}

function flickerRuns({ flicker }: QualityLimits, spec: FrontEndSpec): QualityRun[] {
  if (spec.nominal_hertz !== 50 || spec.nominal_volts < 160) return [];
  return flickerPoints.map(([changes, percent]) => {
    const { frequency, channels } = mains(spec, spec.nominal_hertz, spec.nominal_volts, []);
    const modulation = { shape: "rect", hertz: changes / 120, percent } as const;
    return {
      signal: { frequency, channels: { u1: { tones: channels.u1?.tones ?? [], modulation } } },
      distortion: `${percent} % rectangular, ${changes} changes a minute`,
      seconds: PST_RUN,
      wiring: "1p2w",
      checks: [
        {
          test: `Flicker, ${changes} changes a minute`,
          quantity: { kind: "flicker" },
          truth: 1,
          base: 1,
          of: "Pst",
          limit: flicker,
        },
      ],
    };
  });
}

/** Voltages of the wiring and no current. */
function mains(
  spec: FrontEndSpec,
  hertz: number,
  volts: number,
  voltageOvertones: readonly Overtone[],
  steps: readonly Step[] = [],
): Signal {
  return circuitSignal({
    wiring: spec.wiring,
    frequency: { hertz },
    phases: [{ volts, amps: 0, lag: 0 }],
    voltageOvertones,
    voltage: { steps },
  });
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

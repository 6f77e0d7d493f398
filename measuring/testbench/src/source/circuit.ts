/**
 * The circuit of a test, said as a laboratory says it: volts, amperes, power factor, harmonics as a part of the
 * fundamental, unbalance by sequence components. Phases are L1 0, L2 -120, L3 120 degrees; a reversed sequence swaps L2
 * and L3.
 */
import type { ChannelId, Wiring } from "@csj/metrology";
import type { Frequency, Signal, Tone, Waveform } from "./signal.ts";

/** A harmonic or interharmonic beside a fundamental. */
export interface Overtone {
  readonly order: number;
  /** Of the fundamental's RMS. */
  readonly percent: number;
  /** At the fundamental's zero crossing from below; 0: both cross there together. */
  readonly degrees?: number;
}

export interface PhaseLoad {
  /** V between phase and neutral, 0 for an interrupted phase. */
  readonly volts: number;
  readonly amps: number;
  /** Degrees by which the current lags its voltage; negative where it leads. */
  readonly lag: number;
}

export interface Circuit {
  readonly wiring: Wiring;
  readonly frequency: Frequency;
  /** One for each phase of the wiring, or one for all. */
  readonly phases: readonly [PhaseLoad, ...PhaseLoad[]];
  readonly voltageOvertones?: readonly Overtone[];
  readonly currentOvertones?: readonly Overtone[];
  readonly reversed?: boolean;
  /** Changes each voltage's or current's waveform: a dip, a fluctuation, DC. */
  readonly voltage?: Omit<Waveform, "tones">;
  readonly current?: Omit<Waveform, "tones">;
}

const angles: Readonly<Record<Exclude<Wiring, "3p3w">, readonly number[]>> = {
  "1p2w": [0],
  "1p3w": [0, 180],
  "3p4w": [0, -120, 120],
};

/** u1..u3 and i1..i3 of a circuit with a neutral, or u1, u2, i1, i2 of one without (`3p3w`). */
export function circuitSignal(circuit: Circuit): Signal {
  return circuit.wiring === "3p3w" ? threeWire(circuit) : withNeutral(circuit, angles[circuit.wiring]);
}

function withNeutral(circuit: Circuit, at: readonly number[]): Signal {
  const channels: Partial<Record<ChannelId, Waveform>> = {};
  at.forEach((degrees, p) => {
    const angle = circuit.reversed === true ? -degrees : degrees;
    const { volts, amps, lag } = circuit.phases[p] ?? circuit.phases[0];
    channels[`u${p + 1}` as ChannelId] = {
      ...circuit.voltage,
      tones: withOvertones(volts, angle, circuit.voltageOvertones),
    };
    channels[`i${p + 1}` as ChannelId] = {
      ...circuit.current,
      tones: withOvertones(amps, angle - lag, circuit.currentOvertones),
    };
  });
  return { frequency: circuit.frequency, channels };
}

/** Two wattmeters: u1 is L1-L3, u2 is L2-L3, made from a star of which no wire is connected to the meter. */
function threeWire(circuit: Circuit): Signal {
  const { frequency, channels } = withNeutral(circuit, angles["3p4w"]);
  const { u1, u2, u3, i1, i2 } = channels;
  const between = (a: Waveform | undefined): Waveform => ({
    ...a,
    tones: [...(a?.tones ?? []), ...(u3?.tones ?? []).map((tone) => ({ ...tone, rms: -tone.rms }))],
  });
  return {
    frequency,
    channels: { u1: between(u1), u2: between(u2), i1: i1 ?? { tones: [] }, i2: i2 ?? { tones: [] } },
  };
}

/** `angle` is the fundamental's cosine; an overtone at 0 degrees crosses zero upwards together with it. */
function withOvertones(rms: number, angle: number, overtones: readonly Overtone[] = []): Tone[] {
  const fundamental = { order: 1, rms, degrees: angle };
  return [
    fundamental,
    ...overtones.map(({ order, percent, degrees = 0 }) => ({
      order,
      rms: (rms * percent) / 100,
      degrees: order * (angle + 90) - 90 + degrees,
    })),
  ];
}

/** Three voltages whose negative and zero sequence are the given percent of the positive one, both in phase with L1. */
export function unbalancedVolts(positive: number, negativePercent: number, zeroPercent: number): Tone[][] {
  return [0, -120, 120].map((turn) => [
    { order: 1, rms: positive, degrees: turn },
    { order: 1, rms: (positive * negativePercent) / 100, degrees: -turn },
    { order: 1, rms: (positive * zeroPercent) / 100, degrees: 0 },
  ]);
}

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Engine } from "./engine.ts";
import type { Layout } from "./frame/layout.ts";
import { EnergyBank } from "./register/energy-bank.ts";
import { idealCalibration } from "./test/engine.ts";
import { framesOf } from "./test/signal.ts";

/** Of the registers and of every cycle's numbers, as IEEE 754 bytes. Equal on Node 20, 22 and 24. */
const REGISTERS = "bc7702c10e74638b3b8d029e1e055779bd153ac3ee7aa6ff4226c47924eb7e7c";

/** Not at a block's edge, and at another phase of the wave. */
const BEHIND_GAP = 24_301;

const layout: Layout = {
  rate: 8000,
  channels: ["u1", "u2", "u3", "i1", "i2", "i3"],
  wiring: "3p4w",
  nominalHertz: 50,
  nominalVolts: 230,
};

describe("a replay of the same samples", () => {
  for (const length of [1, 7, 160, 4096]) {
    it(`gives the same bits in frames of ${length} samples`, () => {
      expect(digestOf(length)).toBe(REGISTERS);
    });
  }
});

function digestOf(length: number): string {
  const hash = createHash("sha256");
  const bank = new EnergyBank({ register: { perCount: 0.001, digits: 12 }, noLoadAmps: 0.01 });
  const calibration = idealCalibration(layout, {
    i1: {
      lead: 40,
      offset: 900,
      curve: [
        { amps: 0.1, gain: 1.01, lead: 0.3 },
        { amps: 5, gain: 1, lead: 0.1 },
      ],
    },
  });
  const engine = new Engine(layout, calibration, {
    cycle: (record) => {
      bank.cycle(record);
      hash.update(new Uint8Array(Float64Array.of(record.from, record.to, record.frequency).buffer));
      for (const values of [record.rms, record.mean, record.active, record.reactive]) {
        hash.update(new Uint8Array(Float64Array.from(values).buffer));
      }
    },
  });
  for (const frame of framesOf(triangles(24_000), layout.channels.length, length)) engine.push(frame);
  for (const { first, samples } of framesOf(triangles(8000), layout.channels.length, length)) {
    engine.push({ first: BEHIND_GAP + first, samples });
  }
  for (const { count, residual } of bank.save()) hash.update(new Uint8Array(Float64Array.of(count, residual).buffer));
  return hash.digest("hex");
}

/**
 * Three phases of triangular voltage and a current that steps, in whole numbers only: a sine may differ by a bit between
 * two versions of a machine, and the samples must not.
 */
function triangles(count: number): Int32Array {
  const channels = layout.channels.length;
  const samples = new Int32Array(count * channels);
  for (let n = 0; n < count; n += 1) {
    const step = 1 + (Math.floor(n / 3000) % 4);
    for (let phase = 0; phase < 3; phase += 1) {
      const wave = triangle(n * 3 + phase * 160);
      samples[n * channels + phase] = wave * 2_700_000;
      samples[n * channels + 3 + phase] = triangle(n * 3 + phase * 160 - 60) * 40_000 * step + (n % 17);
    }
  }
  return samples;
}

/** A triangle of 480 steps and amplitude 120. */
function triangle(at: number): number {
  const place = ((at % 480) + 480) % 480;
  return place < 240 ? 120 - place : place - 360;
}

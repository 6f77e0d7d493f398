/**
 * Faults of the wire and of the device's attention, applied to whole answers: a silent device, a slow one, a noisy line.
 * The dice are counted per device, so a run repeats.
 */
import type { AnswerFilter, DelayedBytes } from "@csj/modbus";
import type { WorldDevice } from "./devices/device.ts";
import { SLOW_FROM, SLOW_TO } from "./faults.ts";
import { dieAt, seedOf } from "./seed.ts";

const atOnce = (bytes: Uint8Array): readonly DelayedBytes[] => [{ bytes, delay: 0 }];

type Damage = (answer: Uint8Array, die: () => number) => readonly DelayedBytes[];

const lost: Damage = () => [];
const cutShort: Damage = (answer, die) => atOnce(answer.subarray(0, 1 + Math.floor(die() * (answer.length - 1))));
const afterNoise: Damage = (answer, die) => {
  const noise = Uint8Array.from({ length: 1 + Math.floor(die() * 8) }, () => Math.floor(die() * 256));
  return atOnce(Uint8Array.from([...noise, ...answer]));
};
const flipped =
  (from: number, to: number): Damage =>
  (answer, die) => {
    const damaged = Uint8Array.from(answer);
    const at = from + Math.floor(die() * (Math.min(to, answer.length) - from));
    damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(die() * 8));
    return atOnce(damaged);
  };

/** A serial line flips any bit and leaves it to the CRC. TCP delivers its bytes right, so only the framing is hurt. */
const damages: Readonly<Record<"rtu" | "tcp", readonly Damage[]>> = {
  rtu: [lost, cutShort, afterNoise, flipped(0, Number.POSITIVE_INFINITY)],
  tcp: [lost, cutShort, afterNoise, flipped(2, 4)],
};

/** Every second answer of a noisy line arrives whole. */
const GOOD_SHARE = 0.5;

export function faultFilter(device: WorldDevice, framing: "rtu" | "tcp"): AnswerFilter {
  const seed = seedOf(device.id, "wire");
  let thrown = 0;
  const die = () => {
    thrown += 1;
    return dieAt(seed, thrown);
  };
  return (_request, answer) => {
    if (!device.answers) return [];
    if (device.fault === "slow") return [{ bytes: answer, delay: SLOW_FROM + (SLOW_TO - SLOW_FROM) * die() }];
    if (device.fault !== "noise" || die() < GOOD_SHARE) return atOnce(answer);
    const kinds = damages[framing];
    return kinds[Math.floor(die() * kinds.length)]?.(answer, die) ?? [];
  };
}

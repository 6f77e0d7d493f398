/**
 * Subgroups of IEC 61000-4-7: a window of N cycles has N bins from one harmonic to the next, and the energy of a harmonic
 * that fluctuates stands in the bins beside it. Harmonic subgroup h: bins N h - 1 to N h + 1. Interharmonic centred
 * subgroup between h and h + 1: N h + 2 to N h + N - 2, which is 2 to 8 at 50 Hz (N = 10) and 2 to 10 at 60 Hz (N = 12).
 */
import { HARMONIC_PLACES, type WindowRecord } from "../window/record.ts";

/** Fewer cycles leave no interharmonic bins. */
export const CYCLES_MIN = 4;
/** EN 50160 counts the harmonics to the 40th into the THD. */
export const THD_ORDER = 40;

export type SubgroupRecord = Pick<WindowRecord, "harmonics" | "interharmonics" | "thd" | "highest">;

/**
 * Writes a channel's subgroups and THD.
 * @param power RMS squared of each bin
 * @param reach highest h for which the bins to N h + 1 exist; `record.highest` is this or 50
 */
export function writeSubgroups(
  power: Float64Array,
  cycles: number,
  reach: number,
  channel: number,
  record: SubgroupRecord,
): void {
  const at = channel * HARMONIC_PLACES;
  const { harmonics, interharmonics, highest } = record;
  harmonics[at] = Math.sqrt(power[0]!);
  for (let h = 1; h <= highest; h++) {
    const bin = h * cycles;
    harmonics[at + h] = Math.sqrt(power[bin - 1]! + power[bin]! + power[bin + 1]!);
  }
  for (let h = 0; h < HARMONIC_PLACES && h < reach; h++) {
    let sum = 0;
    const last = h * cycles + cycles - 2;
    for (let bin = h * cycles + 2; bin <= last; bin++) sum += power[bin]!;
    interharmonics[at + h] = Math.sqrt(sum);
  }
  record.thd[channel] = distortion(record, at);
}

/** THDS: harmonic subgroups 2 to 40 over the fundamental's. NaN without a fundamental. */
function distortion({ harmonics, highest }: SubgroupRecord, at: number): number {
  const fundamental = harmonics[at + 1]!;
  if (!(fundamental > 0)) return Number.NaN;
  let sum = 0;
  for (let h = 2; h <= highest && h <= THD_ORDER; h++) sum += harmonics[at + h]! ** 2;
  return Math.sqrt(sum) / fundamental;
}

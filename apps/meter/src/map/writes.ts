/**
 * What can be written: the PIN and the selections always, all else while unlocked. A write is of one whole value; a part of
 * one, or of two at once, is refused.
 */
import type { WriteLock } from "./lock.ts";
import { base } from "./table.ts";

export const writable = {
  /** u32. */
  unlock: 9000,
  /** u64, ms since 1970; where the configuration says that the clock is set over Modbus. */
  clock: 9002,
  /** u16: 1 resets the maximum demand. */
  demandReset: 9006,
  /** u32: which event, which interval is shown. */
  selectEvent: base.events + 4,
  selectInterval: base.profile + 4,
} as const;

const ILLEGAL_ADDRESS = 2;
const ILLEGAL_VALUE = 3;

export interface WriteActions {
  readonly lock: WriteLock;
  monotonic(): number;
  /** False where the clock cannot be set from here. */
  setClock(instant: number): boolean;
  resetDemand(): void;
  selectEvent(sequence: number): boolean;
  selectInterval(sequence: number): boolean;
}

const lengths: Readonly<Record<keyof typeof writable, number>> = {
  unlock: 2,
  clock: 4,
  demandReset: 1,
  selectEvent: 2,
  selectInterval: 2,
};

/** Undefined where it was done, else a Modbus exception. */
export function writeRegisters(actions: WriteActions, address: number, words: ArrayLike<number>): number | undefined {
  const name = (Object.keys(writable) as (keyof typeof writable)[]).find((each) => writable[each] === address);
  if (name === undefined) return ILLEGAL_ADDRESS;
  if (words.length !== lengths[name]) return ILLEGAL_VALUE;
  const value = Array.from(words).reduce((sum, word) => sum * 0x1_0000 + word, 0);
  return act(actions, name, value) ? undefined : ILLEGAL_VALUE;
}

function act(actions: WriteActions, name: keyof typeof writable, value: number): boolean {
  if (name === "unlock") return actions.lock.unlock(value, actions.monotonic());
  if (name === "selectEvent") return actions.selectEvent(value);
  if (name === "selectInterval") return actions.selectInterval(value);
  if (actions.lock.left(actions.monotonic()) === 0) return false;
  if (name === "clock") return Number.isSafeInteger(value) && actions.setClock(value);
  if (value === 1) actions.resetDemand();
  return value === 1;
}

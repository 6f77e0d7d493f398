/**
 * What a write to the limit's registers means. One request is one order, however many registers it has: they are laid
 * over what the registers hold, and then understood together.
 *
 * The timer starts anew with a write to the percentage or its enabling (123), or with an enabling write (704). A master
 * that writes neither does not hold the limit.
 */
import type { LimitState } from "../plant/limit-control.ts";
import { ILLEGAL_ADDRESS, ILLEGAL_VALUE } from "./image.ts";

export interface LimitWrite {
  readonly change: Partial<LimitState>;
  readonly rearm: boolean;
}

/** Offsets from the model's id. */
const at123 = { first: 3, connect: 4, percent: 5, revertSeconds: 7, enable: 9, last: 9 } as const;
const at704 = {
  first: 14,
  enable: 14,
  percent: 15,
  revertPercent: 16,
  revertEnable: 17,
  seconds: 18,
  last: 19,
} as const;

/** @param at offset of the first written register from the model's id */
export function decodeLimit(
  control: "123" | "704",
  scale: number,
  held: LimitState,
  at: number,
  words: ArrayLike<number>,
): LimitWrite | number {
  const { first, last } = control === "704" ? at704 : at123;
  if (at < first || at + words.length - 1 > last) return ILLEGAL_ADDRESS;
  const step = 10 ** scale;
  const registers = control === "704" ? registers704(held, step) : registers123(held, step);
  for (let index = 0; index < words.length; index += 1) registers[at - first + index] = words[index] ?? 0;
  const touched = (offset: number) => offset >= at && offset < at + words.length;
  return control === "704" ? understand704(registers, step, touched) : understand123(registers, step, touched);
}

function registers123(held: LimitState, step: number): number[] {
  return [0, 1, Math.round((held.share * 100) / step), 0, held.revertSeconds, 0, held.enabled ? 1 : 0];
}

function understand123(registers: number[], step: number, touched: (offset: number) => boolean): LimitWrite | number {
  const of = (offset: number) => registers[offset - at123.first] ?? 0;
  const share = (of(at123.percent) * step) / 100;
  // It cannot be disconnected: that would be another way to stop, which nothing here plays.
  if (share > 1 || of(at123.enable) > 1 || of(at123.connect) !== 1) return ILLEGAL_VALUE;
  return {
    change: { enabled: of(at123.enable) === 1, share, revertSeconds: of(at123.revertSeconds) },
    rearm: touched(at123.percent) || touched(at123.enable),
  };
}

function registers704(held: LimitState, step: number): number[] {
  const percent = (share: number) => Math.round((share * 100) / step);
  const seconds = held.revertSeconds;
  return [
    held.enabled ? 1 : 0,
    percent(held.share),
    percent(held.revertShare),
    held.revertEnabled ? 1 : 0,
    Math.floor(seconds / 0x10000),
    seconds % 0x10000,
  ];
}

function understand704(registers: number[], step: number, touched: (offset: number) => boolean): LimitWrite | number {
  const of = (offset: number) => registers[offset - at704.first] ?? 0;
  const share = (of(at704.percent) * step) / 100;
  const revertShare = (of(at704.revertPercent) * step) / 100;
  if (share > 1 || revertShare > 1 || of(at704.enable) > 1 || of(at704.revertEnable) > 1) return ILLEGAL_VALUE;
  return {
    change: {
      enabled: of(at704.enable) === 1,
      share,
      revertShare,
      revertEnabled: of(at704.revertEnable) === 1,
      revertSeconds: of(at704.seconds) * 0x10000 + of(at704.seconds + 1),
    },
    rearm: touched(at704.enable),
  };
}

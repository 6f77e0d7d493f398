/** Holds a stored day against the recording: conserved in each half-hour, and each value what the meter served. */
import type { ChannelId } from "@csj/quantity";
import type { ServedLog } from "./served-log.ts";

/** By meter, as the API gives it. */
export type StoredDay = Readonly<Record<string, { readonly intervals: Intervals; readonly registers: Registers }>>;

interface Intervals {
  readonly interval_s: number;
  readonly channels: Readonly<Record<string, readonly { start: string; wh: number | null; quality: string }[]>>;
}

interface Registers {
  readonly channels: Readonly<
    Record<
      string,
      {
        readonly per_count: number;
        readonly step: number;
        readonly boundaries: readonly { at: string; count: number | null; measured_at: string | null }[];
      }
    >
  >;
}

export interface BalanceCheck {
  readonly halfHours: number;
  readonly worst: number;
  readonly problems: readonly string[];
}

const signs: Readonly<Record<string, number>> = { import: 1, export: -1, generation: 1 };

export function checkBalance(
  site: string,
  stored: StoredDay,
  served: ServedLog,
  loadWh: (from: number, to: number) => number,
): BalanceCheck {
  const problems: string[] = [];
  const slots = new Map<string, Slot>();
  for (const [meter, { intervals, registers }] of Object.entries(stored)) {
    for (const [channel, list] of Object.entries(intervals.channels)) {
      const sign = signs[channel];
      const register = registers.channels[channel];
      if (sign === undefined || register === undefined) continue;
      const boundaries = new Map(register.boundaries.map((one) => [Date.parse(one.at), one]));
      for (const { start, wh, quality } of list) {
        const name = `${meter} ${channel} ${start}`;
        const [open, close] = [Date.parse(start), Date.parse(start) + intervals.interval_s * 1000].map((at) =>
          boundaries.get(at),
        );
        if (wh === null || open?.measured_at == null || close?.measured_at == null) {
          problems.push(`${name}: ${quality}`);
          continue;
        }
        const shown = ([open, close] as const).map((one) =>
          served.amount(meter, channel as ChannelId, Date.parse(one.measured_at ?? "")),
        );
        const [before, after] = shown;
        if (before === undefined || after === undefined || after - before !== wh) {
          problems.push(`${name}: ${wh} Wh stored, the meter served ${before} and ${after}`);
        }
        const slot = slots.get(start) ?? { wh: 0, steps: 0, delayMs: 0, channels: 0, to: 0 };
        slot.wh += sign * wh;
        slot.steps += register.step * register.per_count;
        slot.channels += 1;
        slot.to = Date.parse(start) + intervals.interval_s * 1000;
        slot.delayMs = Math.max(slot.delayMs, delayOf(open), delayOf(close));
        slots.set(start, slot);
      }
    }
  }
  return judged(site, slots, loadWh, problems);
}

interface Slot {
  /** Import - export + generation. */
  wh: number;
  /** One register step per channel, in Wh. */
  steps: number;
  delayMs: number;
  channels: number;
  to: number;
}

function delayOf({ at, measured_at }: { at: string; measured_at: string | null }): number {
  return Date.parse(measured_at ?? at) - Date.parse(at);
}

function judged(
  site: string,
  slots: ReadonlyMap<string, Slot>,
  loadWh: (from: number, to: number) => number,
  problems: string[],
): BalanceCheck {
  let worst = 0;
  for (const [start, { wh, steps, delayMs, channels, to }] of slots) {
    const from = Date.parse(start);
    const expected = loadWh(from, to);
    const power = Math.max(...[from, to].map((at) => loadWh(at - 60_000, at + 60_000) * 30));
    const tolerance = 1 + steps + (channels * power * delayMs) / 3_600_000;
    const off = Math.abs(wh - expected);
    worst = Math.max(worst, off / tolerance);
    if (off > tolerance) {
      problems.push(`${site} ${start}: ${wh} Wh of ${expected.toFixed(2)} Wh, ${tolerance.toFixed(2)} Wh allowed`);
    }
  }
  if (slots.size !== 48) problems.push(`${site}: ${slots.size} half-hours instead of 48`);
  return { halfHours: slots.size, worst, problems };
}

/** Where things stand in a chart of a day's intervals, in pixels. */
import type { Slot } from "./slots.ts";
import { splitOf, useOf } from "./slots.ts";

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  /** Where zero is. */
  readonly base: number;
  /** Below what is exported. */
  readonly floor: number;
  readonly step: number;
  readonly gap: number;
  readonly perWh: number;
  /** How much larger than usual the text is. */
  readonly scale: number;
  readonly ticks: readonly number[];
}

const LEFT = 36;
const TOP = 26;
const PLOT = 220;
/** Rate band, its words and the hours. */
const FOOT = 62;
const tops = [200, 400, 600, 1000, 1500, 2000, 3000, 4000, 6000, 8000, 10_000, 15_000, 20_000, 30_000, 50_000];

export function layoutOf(slots: readonly Slot[], usual: readonly (number | null)[], width: number, scale = 1): Layout {
  const most = Math.max(1, ...slots.map(({ interval }) => useOf(interval) ?? 0), ...usual.map((wh) => wh ?? 0));
  const exported = Math.max(
    0,
    ...slots.map(({ interval }) => (interval === undefined ? 0 : splitOf(interval).exported)),
  );
  const top = tops.find((wh) => wh >= most) ?? most;
  const plot = PLOT * scale;
  const left = LEFT * scale;
  const base = TOP * scale + plot;
  const perWh = plot / top;
  const floor = base + Math.min(exported * perWh, plot / 2);
  const step = (width - left) / Math.max(1, slots.length);
  return {
    width,
    height: floor + FOOT * scale,
    left,
    top: TOP * scale,
    base,
    floor,
    step,
    gap: step > 14 ? 4 : 2,
    perWh,
    scale,
    ticks: [0, top / 2, top],
  };
}

export function xOf(layout: Layout, index: number): number {
  return layout.left + index * layout.step;
}

export function indexAt(layout: Layout, x: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor((x - layout.left) / layout.step)));
}

/** Hours to write under the axis: a few, and both of an hour that comes twice. */
export function hourMarks(slots: readonly Slot[], width: number): Slot[] {
  const every = width < 600 ? 6 : 3;
  return slots.filter(({ label, zoneName }) => {
    const [hour, minute] = label.split(":").map(Number);
    return minute === 0 && ((hour ?? 0) % every === 0 || zoneName !== undefined);
  });
}

export interface RateRun {
  readonly rate: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

export function rateRuns(slots: readonly Slot[]): RateRun[] {
  const runs: RateRun[] = [];
  for (const { index, interval } of slots) {
    const rate = interval?.rate ?? null;
    if (rate === null) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.rate === rate && last.to === index)
      runs[runs.length - 1] = { ...last, to: index + 1 };
    else runs.push({ rate, from: index, to: index + 1 });
  }
  return runs;
}

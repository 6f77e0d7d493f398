/** The scale of a plot, for the page's SVG and the printed page alike. */
import type { ReportStep } from "./report.ts";

export type ReportPlot = ReportStep["plots"][number];

export interface PlotFrame {
  readonly x: (ms: number) => number;
  readonly y: (watts: number) => number;
  readonly seconds: readonly number[];
  readonly watts: readonly number[];
}

export interface PlotBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const TICKS = 5;

/** Y grows downwards where `top` is below `bottom`, as in SVG; a PDF gives them the other way round. */
export function frameOf(plot: ReportPlot, { left, right, top, bottom }: PlotBox): PlotFrame {
  const points = plot.series.flatMap((series) => series.points);
  const times = points.map(([at]) => at ?? 0);
  const levels = [0, ...points.map(([, level]) => level ?? 0)];
  const [from, to] = [Math.min(0, ...times), Math.max(1, ...times)];
  const watts = ticks(Math.min(...levels), Math.max(100, ...levels));
  const [low, high] = [watts[0] ?? 0, watts.at(-1) ?? 1];
  return {
    x: (ms) => left + ((ms - from) / (to - from)) * (right - left),
    y: (level) => bottom + ((level - low) / (high - low)) * (top - bottom),
    seconds: ticks(from / 1000, to / 1000).filter((second) => second * 1000 >= from && second * 1000 <= to),
    watts,
  };
}

/** Round numbers that enclose a range. */
function ticks(low: number, high: number): number[] {
  const raw = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const all: number[] = [];
  for (let at = Math.floor(low / step); at * step < high + step && all.length < 20; at += 1) all.push(at * step);
  return all;
}

/** Dashes tell the lines apart where colours cannot. */
export const lines: Readonly<Record<string, { readonly light: string; readonly dark: string; readonly dash: string }>> =
  {
    solar: { light: "#a87300", dark: "#e69f00", dash: "" },
    grid: { light: "#0072b2", dark: "#56b4e9", dash: "2 2" },
    limit: { light: "#15181d", dark: "#f2efe8", dash: "6 4" },
  };

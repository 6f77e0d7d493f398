/** The dense line, by uPlot. */
import { useEffect, useRef } from "preact/hooks";
import type UPlot from "uplot";
import { resolved } from "../shell/resolved.ts";
import { usePlot } from "../shell/use-plot.ts";
import type { Columns } from "./history.ts";

const HEIGHT = 260;

export function HistoryPlot({ columns, zone, rated }: { columns: Columns; zone: string; rated: number }) {
  const latest = useRef(columns);
  latest.current = columns;
  const { ref, plot } = usePlot(
    (Plot, { place, ...size }) =>
      new Plot(optionsFor(Plot, place, { ...size, zone, rated }), dataOf(latest.current), place),
    [zone, rated],
  );

  useEffect(() => {
    plot.current?.setData(dataOf(columns));
  }, [columns]);

  return <div ref={ref} class="history-plot" aria-hidden="true" />;
}

function dataOf({ at, grid, pv, home, limit }: Columns): UPlot.AlignedData {
  const exported = grid.map((watts) => (watts !== null && watts < 0 ? watts : null));
  return [[...at], [...pv], [...home], [...grid], [...limit], exported];
}

interface PlotFor {
  readonly width: number;
  readonly scale: number;
  readonly zone: string;
  readonly rated: number;
}

function optionsFor(Plot: typeof UPlot, place: HTMLElement, { width, scale, zone, rated }: PlotFor): UPlot.Options {
  const colour = (role: string): string => resolved(place, role);
  const stepped = Plot.paths.stepped?.({ align: 1 });
  const axis = { stroke: colour("--ink-soft"), font: `${13 * scale}px ${getComputedStyle(place).fontFamily}` };
  const line = { stroke: colour("--rule"), width: 1 };
  return {
    width,
    height: HEIGHT * scale,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    hooks: { drawAxes: [(plot) => markHeld(plot, rated, colour("--ink"))] },
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), zone),
    scales: { y: { range: (_, low, high) => [Math.min(0, low * 1.1), Math.max(500, high * 1.08)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: line,
        // A label names a minute, so no two labels stand closer.
        incrs: [60, 120, 300, 600, 900, 1800],
        values: [[60, "{HH}:{mm}", null, null, null, null, null, null, 1]],
      },
      {
        ...axis,
        grid: line,
        ticks: { show: false },
        size: 52 * scale,
        space: 48 * scale,
        values: (_, ticks) => ticks.map((watts) => `${watts / 1000} kW`),
      },
    ],
    series: [
      {},
      { stroke: colour("--solar-edge"), width: 2, fill: colour("--solar-wash"), points: { show: false } },
      { stroke: colour("--ink-faint"), width: 1.5, points: { show: false } },
      { stroke: colour("--grid"), width: 2, points: { show: false } },
      {
        stroke: colour("--ink"),
        width: 2,
        dash: [5, 4],
        points: { show: false },
        ...(stepped === undefined ? {} : { paths: stepped }),
      },
      { stroke: colour("--export"), width: 2, fill: colour("--export"), points: { show: false } },
    ],
  };
}

const MARK_PX = 4;

/** A strip along the upper edge where the limit was below the rating: the decisions, apart from their size. */
function markHeld(plot: UPlot, rated: number, colour: string): void {
  const [at, , , , limit] = plot.data;
  if (at === undefined || limit === undefined) return;
  plot.ctx.fillStyle = colour;
  for (let index = 1; index < at.length; index++) {
    const watts = limit[index - 1];
    if (watts === null || watts === undefined || watts >= rated) continue;
    const from = plot.valToPos(at[index - 1] ?? 0, "x", true);
    plot.ctx.fillRect(from, 0, plot.valToPos(at[index] ?? 0, "x", true) - from + 0.5, MARK_PX * devicePixelRatio);
  }
}

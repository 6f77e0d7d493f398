/** The dense line, by uPlot, which is loaded only where it is needed. */
import { useEffect, useRef } from "preact/hooks";
import type UPlot from "uplot";
import { theme } from "../shell/theme.ts";
import { useWidth } from "../shell/use-size.ts";
import type { Columns } from "./history.ts";

const HEIGHT = 260;

export function HistoryPlot({ columns, zone }: { columns: Columns; zone: string }) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const plot = useRef<UPlot | undefined>(undefined);
  const latest = useRef(columns);
  latest.current = columns;
  const colours = theme.value;

  useEffect(() => {
    let gone = false;
    const place = ref.current;
    if (place === null || width === 0) return;
    void Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]).then(([{ default: Plot }]) => {
      if (gone) return;
      plot.current = new Plot(optionsFor(Plot, place, width, zone), dataOf(latest.current), place);
    });
    return () => {
      gone = true;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [width, zone, colours]);

  useEffect(() => {
    plot.current?.setData(dataOf(columns));
  }, [columns]);

  return <div ref={ref} class="history-plot" aria-hidden="true" />;
}

function dataOf({ at, grid, pv, home, limit }: Columns): UPlot.AlignedData {
  return [[...at], [...pv], [...home], [...grid], [...limit]];
}

function optionsFor(Plot: typeof UPlot, place: HTMLElement, width: number, zone: string): UPlot.Options {
  const colour = (role: string): string => resolved(place, role);
  const stepped = Plot.paths.stepped?.({ align: 1 });
  const axis = { stroke: colour("--ink-soft"), font: `13px ${getComputedStyle(place).fontFamily}` };
  const line = { stroke: colour("--rule"), width: 1 };
  return {
    width,
    height: HEIGHT,
    padding: [8, 0, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), zone),
    scales: { y: { range: (_, low, high) => [Math.min(0, low * 1.1), Math.max(500, high * 1.08)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: line,
        values: [[60, "{HH}:{mm}", null, null, null, null, null, null, 1]],
      },
      {
        ...axis,
        grid: line,
        ticks: { show: false },
        size: 52,
        values: (_, ticks) => ticks.map((watts) => `${watts / 1000} kW`),
      },
    ],
    series: [
      {},
      { stroke: colour("--solar-edge"), width: 2, fill: colour("--solar-wash"), points: { show: false } },
      { stroke: colour("--ink"), width: 1.5, points: { show: false } },
      { stroke: colour("--grid"), width: 2, points: { show: false } },
      {
        stroke: colour("--ink"),
        width: 1.5,
        dash: [5, 4],
        points: { show: false },
        ...(stepped === undefined ? {} : { paths: stepped }),
      },
    ],
  };
}

/** A canvas cannot read a custom property, so an element resolves it first. */
function resolved(place: HTMLElement, role: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${role})`;
  place.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

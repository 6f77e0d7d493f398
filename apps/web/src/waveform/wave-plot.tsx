/** The waveforms of one unit by uPlot. A canvas says nothing to a reader: the sentence, the slider and the table do. */
import { useEffect, useRef } from "preact/hooks";
import type UPlot from "uplot";
import { resolved } from "../shell/resolved.ts";
import { usePlot } from "../shell/use-plot.ts";
import type { Capture, CaptureChannel } from "./shapes.ts";
import { msAt, type Stretch } from "./waves.ts";

const HEIGHT = 220;

interface WavePlotProps {
  capture: Capture;
  channels: readonly CaptureChannel[];
  stretch: Stretch;
  /** The sample that the slider stands at. */
  at: number;
}

export const looks = [
  { colour: "--phase-1", dash: [] },
  { colour: "--phase-2", dash: [8, 3] },
  { colour: "--phase-3", dash: [3, 3] },
  { colour: "--ink-faint", dash: [1, 3] },
] as const;

export function lookOf(channel: string) {
  return looks[Number(channel[1]) - 1] ?? looks[3];
}

export function WavePlot({ capture, channels, stretch, at }: WavePlotProps) {
  const instant = useRef(0);
  instant.current = msAt(capture, at);
  const { from, to } = stretch;
  const { ref, plot } = usePlot(
    (Plot, { place, ...size }) => {
      const options = optionsFor(place, channels, size, () => instant.current);
      return new Plot(options, dataOf(capture, channels, { from, to }), place);
    },
    [capture, channels, from, to],
  );

  useEffect(() => {
    plot.current?.redraw(false, false);
  }, [at]);

  return <div ref={ref} class="wave-plot" aria-hidden="true" />;
}

function dataOf(capture: Capture, channels: readonly CaptureChannel[], { from, to }: Stretch): UPlot.AlignedData {
  const times = Array.from({ length: to - from }, (_, index) => msAt(capture, from + index));
  return [times, ...channels.map(({ samples }) => samples.slice(from, to))];
}

function optionsFor(
  place: HTMLElement,
  channels: readonly CaptureChannel[],
  { width, scale }: { width: number; scale: number },
  instant: () => number,
): UPlot.Options {
  const colour = (role: string): string => resolved(place, role);
  const axis = { stroke: colour("--ink-soft"), font: `${13 * scale}px ${getComputedStyle(place).fontFamily}` };
  const line = { stroke: colour("--rule"), width: 1 };
  const unit = channels[0]?.unit ?? "";
  const ink = colour("--ink");
  return {
    width,
    height: HEIGHT * scale,
    padding: [8, 20, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    hooks: { draw: [(plot) => mark(plot, 0, ink, [4, 4]), (plot) => mark(plot, instant(), ink, [])] },
    scales: { x: { time: false } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        ticks: line,
        space: 72 * scale,
        values: (_, all) => all.map((ms) => `${ms} ms`),
      },
      {
        ...axis,
        grid: line,
        ticks: { show: false },
        size: 64 * scale,
        values: (_, all) => all.map((v) => `${v} ${unit}`),
      },
    ],
    series: [
      {},
      ...channels.map(({ id }) => ({
        stroke: colour(lookOf(id).colour),
        dash: [...lookOf(id).dash],
        width: 1.5,
        points: { show: false },
      })),
    ],
  };
}

/** The trigger, dashed, and where the slider stands. */
function mark(plot: UPlot, ms: number, colour: string, dash: number[]): void {
  const { min = 0, max = 0 } = plot.scales["x"] ?? {};
  if (min === null || max === null || ms < min || ms > max) return;
  const { ctx, bbox } = plot;
  const x = plot.valToPos(ms, "x", true);
  ctx.save();
  ctx.beginPath();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** A plot by uPlot, which is loaded only where it is needed, made anew when its size, its colours or its inputs change. */
import { useEffect, useRef } from "preact/hooks";
import type UPlot from "uplot";
import { theme } from "./theme.ts";
import { useWidth } from "./use-size.ts";

export interface PlotPlace {
  readonly place: HTMLElement;
  readonly width: number;
  readonly scale: number;
}

type MakePlot = (Plot: typeof UPlot, at: PlotPlace) => UPlot;

export function usePlot(make: MakePlot, inputs: readonly unknown[]) {
  const { ref, width, scale } = useWidth<HTMLDivElement>();
  const plot = useRef<UPlot | undefined>(undefined);
  const colours = theme.value;
  useEffect(() => {
    let gone = false;
    const place = ref.current;
    if (place === null || width === 0) return;
    void Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]).then(([{ default: Plot }]) => {
      if (!gone) plot.current = make(Plot, { place, width, scale });
    });
    return () => {
      gone = true;
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [...inputs, width, scale, colours]);
  return { ref, plot };
}

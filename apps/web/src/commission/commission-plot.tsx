/** A step's plot as our own SVG: a few lines, a zero, and what they are in words beside them. */
import { LineKey } from "../shell/line-key.tsx";
import type { Plot } from "./shapes.ts";

const WIDTH = 480;
const HEIGHT = 220;
const LEFT = 64;
const BOTTOM = 28;

const looks = {
  solar: { stroke: "var(--solar-edge)", dash: "" },
  grid: { stroke: "var(--grid)", dash: "2 3" },
  limit: { stroke: "var(--ink)", dash: "6 4" },
} as const;

export function CommissionPlot({ plot }: { plot: Plot }) {
  const { x, y, levels, seconds } = scales(plot);
  return (
    <figure class="commission-plot">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={plot.title}>
        {levels.map((level) => (
          <g key={level}>
            <line x1={LEFT} x2={WIDTH} y1={y(level)} y2={y(level)} stroke="var(--rule)" />
            <text x={LEFT - 8} y={y(level) + 4} text-anchor="end">
              {level / 1000} kW
            </text>
          </g>
        ))}
        {seconds.map((second) => (
          <text key={second} x={x(second)} y={HEIGHT - 8} text-anchor="middle">
            {second} s
          </text>
        ))}
        {plot.series.map(({ name, role, points }) => (
          <polyline
            key={name}
            fill="none"
            stroke={looks[role].stroke}
            stroke-width={2}
            stroke-dasharray={looks[role].dash}
            points={points.map(([at, watts]) => `${x(at).toFixed(1)},${y(watts).toFixed(1)}`).join(" ")}
          />
        ))}
      </svg>
      <figcaption class="key">
        {plot.series.map(({ name, role }) => (
          <span key={name}>
            <LineKey colour={looks[role].stroke} dashes={looks[role].dash} />
            {name}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function scales({ series }: Plot) {
  const points = series.flatMap((one) => one.points);
  const times = points.map(([at]) => at);
  const powers = [0, 100, ...points.map(([, watts]) => watts)];
  const levels = ticks(Math.min(...powers), Math.max(...powers));
  const [low, high] = [levels[0] ?? 0, levels.at(-1) ?? 1];
  const [from, to] = [Math.min(0, ...times), Math.max(1, ...times)];
  const top = 10;
  return {
    x: (at: number) => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - 16),
    y: (watts: number) => HEIGHT - BOTTOM - ((watts - low) / (high - low)) * (HEIGHT - BOTTOM - top),
    levels,
    seconds: ticks(from, to).filter((second) => second >= from && second <= to),
  };
}

function ticks(low: number, high: number): number[] {
  const raw = Math.max(1e-6, (high - low) / 5);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const all: number[] = [];
  for (let at = Math.floor(low / step); at * step < high + step && all.length < 20; at += 1) all.push(at * step);
  return all;
}

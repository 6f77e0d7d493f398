/**
 * Error against current with the limit's funnel, as SVG without a script. The current's axis is logarithmic, as in every
 * meter's data sheet. Colours are classes, so that the page decides them for light, dark and paper.
 */
import type { AccuracyPoint } from "../accuracy/point.ts";
import { escapeText } from "./escape.ts";

const WIDTH = 640;
const HEIGHT = 300;
const LEFT = 56;
const RIGHT = 16;
const TOP = 16;
const BOTTOM = 44;
const LABEL_WIDTH = 30;
/** Space above the largest limit, where a failing point still shows; what lies further out is drawn at the edge. */
const HEADROOM = 1.6;

interface Axes {
  x(amps: number): number;
  y(percent: number): number;
  readonly reach: number;
}

/** Of the points of one class with balanced load; an empty string where there are none. */
export function errorPlot(points: readonly AccuracyPoint[]): string {
  const drawn = points.filter(({ test, i }) => test === "Balanced load" && i !== null && i > 0);
  if (drawn.length === 0) return "";
  const amps = drawn.map(({ i }) => i ?? 0);
  const axes = makeAxes(Math.min(...amps), Math.max(...amps), Math.max(...drawn.map(({ limit_pct }) => limit_pct)));
  const series = seriesOf(drawn);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Error against current, with limits">
${grid(axes, amps)}
${series.map((one, k) => funnel(axes, one.points, k)).join("\n")}
${series.map((one, k) => line(axes, one.points, k)).join("\n")}
${series.map((one, k) => legend(one.name, k)).join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" class="label" text-anchor="middle">current, A</text>
<text x="14" y="${(TOP + HEIGHT - BOTTOM) / 2}" class="label" text-anchor="middle" transform="rotate(-90 14 ${(TOP + HEIGHT - BOTTOM) / 2})">error, %</text>
</svg>`;
}

function makeAxes(least: number, most: number, limit: number): Axes {
  const reach = limit * HEADROOM;
  const wide = WIDTH - LEFT - RIGHT;
  const high = HEIGHT - TOP - BOTTOM;
  return {
    reach,
    x: (amps) => LEFT + (wide * Math.log(amps / least)) / Math.log(most / least || 1),
    y: (percent) => TOP + (high * (reach - Math.max(-reach, Math.min(reach, percent)))) / (2 * reach),
  };
}

function seriesOf(points: readonly AccuracyPoint[]): { name: string; points: AccuracyPoint[] }[] {
  const byLoad = new Map<string, AccuracyPoint[]>();
  for (const point of points) {
    const name = loadName(point);
    byLoad.set(name, [...(byLoad.get(name) ?? []), point]);
  }
  return [...byLoad].map(([name, list]) => ({ name, points: list.sort((a, b) => (a.i ?? 0) - (b.i ?? 0)) }));
}

/** "1", "0.5 ind", "0.8 cap". */
export function loadName({ pf, reactance }: AccuracyPoint): string {
  if (pf === null) return "";
  return reactance === "none" || reactance === null ? String(pf) : `${pf} ${reactance.slice(0, 3)}`;
}

function grid(axes: Axes, amps: readonly number[]): string {
  const right = WIDTH - RIGHT;
  const bottom = HEIGHT - BOTTOM;
  const levels = [-1, -0.5, 0, 0.5, 1].map((part) => (axes.reach / HEADROOM) * part);
  const rows = levels.map((level) => {
    const y = axes.y(level).toFixed(1);
    const name = Number(level.toFixed(3));
    return `<line x1="${LEFT}" x2="${right}" y1="${y}" y2="${y}" class="grid"/><text x="${LEFT - 6}" y="${y}" dy="4" class="label" text-anchor="end">${name}</text>`;
  });
  const marks = [...new Set(amps)].sort((a, b) => a - b);
  const columns = marks.map((value, k) => {
    const x = axes.x(value).toFixed(1);
    const crowded = axes.x(marks[k + 1] ?? Number.POSITIVE_INFINITY) - axes.x(value) < LABEL_WIDTH;
    const tick = `<line x1="${x}" x2="${x}" y1="${bottom}" y2="${bottom + 4}" class="axis"/>`;
    if (crowded) return tick;
    return `${tick}<text x="${x}" y="${bottom + 16}" class="label" text-anchor="middle">${Number(value.toPrecision(3))}</text>`;
  });
  return [...rows, ...columns].join("\n");
}

/** The limits, wider at low currents, in their load's colour: those of two power factors differ. */
function funnel(axes: Axes, points: readonly AccuracyPoint[], series: number): string {
  const edge = (side: 1 | -1) => points.flatMap((point, k) => corners(axes, points, point, k, side)).join(" ");
  return [1, -1].map((side) => `<polyline class="limit s${series}" points="${edge(side as 1 | -1)}"/>`).join("");
}

/** A limit holds up to the next point with another one. */
function corners(axes: Axes, all: readonly AccuracyPoint[], point: AccuracyPoint, k: number, side: 1 | -1): string[] {
  const y = axes.y(side * point.limit_pct).toFixed(1);
  const here = `${axes.x(point.i ?? 0).toFixed(1)},${y}`;
  const next = all[k + 1];
  if (next === undefined || next.limit_pct === point.limit_pct) return [here];
  return [here, `${axes.x(next.i ?? 0).toFixed(1)},${y}`];
}

function line(axes: Axes, points: readonly AccuracyPoint[], series: number): string {
  const known = points.filter(({ error_pct }) => error_pct !== null);
  const at = (point: AccuracyPoint) => [axes.x(point.i ?? 0).toFixed(1), axes.y(point.error_pct ?? 0).toFixed(1)];
  const dots = known.map((point) => {
    const [x, y] = at(point);
    const title = `${point.i} A, PF ${loadName(point)}: ${(point.error_pct ?? 0).toFixed(3)} %, limit ${point.limit_pct} %`;
    return `<circle cx="${x}" cy="${y}" r="${point.pass ? 3.5 : 5}" class="${point.pass ? `s${series}` : "failed"}"><title>${escapeText(title)}</title></circle>`;
  });
  return `<polyline class="line s${series}" points="${known.map((point) => at(point).join(",")).join(" ")}"/>${dots.join("")}`;
}

function legend(name: string, series: number): string {
  const y = TOP + 6 + series * 16;
  return `<circle cx="${WIDTH - 110}" cy="${y}" r="4" class="s${series}"/><text x="${WIDTH - 100}" y="${y + 4}" class="label">PF ${escapeText(name)}</text>`;
}

/** The three numbers under a flow, in the flow's order. */
import type { Live } from "../api/shapes.ts";
import { powerFigure } from "../format/power.ts";

export function Figures({ live, size }: { live: Live | undefined; size: "tile" | "page" }) {
  const grid = live?.grid_w ?? null;
  const exporting = grid !== null && Math.round(grid) < 0;
  return (
    <dl class={`figures figures-${size}`}>
      <Entry name="Solar" watts={live?.pv_w ?? null} tone="solar" />
      <Entry name="Home" watts={live?.home_w ?? null} tone="home" />
      <Entry
        name={exporting ? "To the grid" : "From the grid"}
        watts={grid === null ? null : Math.abs(grid)}
        tone={exporting ? "export" : "import"}
      />
    </dl>
  );
}

function Entry({ name, watts, tone }: { name: string; watts: number | null; tone: string }) {
  const figure = powerFigure(watts);
  return (
    <div>
      <dt>{name}</dt>
      <dd class={`as-${tone}`}>
        {watts === null ? <span class="unseen">no reading</span> : null}
        <span aria-hidden={watts === null}>{figure.value}</span>
        {figure.unit !== "" && <span class="unit"> {figure.unit}</span>}
      </dd>
    </div>
  );
}

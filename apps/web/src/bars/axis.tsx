/** The scale, the hours and the rates around the bars. */
import type { Day } from "../api/shapes.ts";
import { hourMarks, type Layout, rateRuns, xOf } from "./layout.ts";
import type { Slot } from "./slots.ts";

interface AxisProps {
  slots: readonly Slot[];
  layout: Layout;
  day: Day;
  /** Energy in an interval, or the mean power that it means. */
  asPower: boolean;
}

export function Axis({ slots, layout, day, asPower }: AxisProps) {
  const per = asPower ? 3600 / day.interval_s : 1;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a <g> cannot be focused; a listbox may hold nothing but its options
    <g aria-hidden="true">
      <text class="axis-text" x={0} y={11 * layout.scale}>
        {asPower ? "kW" : `kWh per ${day.interval_s === 1800 ? "half-hour" : "interval"}`}
      </text>
      {layout.ticks.map((wh) => {
        const y = layout.base - wh * layout.perWh;
        return (
          <g key={wh}>
            <line class={wh === 0 ? "axis-base" : "axis-line"} x1={layout.left} x2={layout.width} y1={y} y2={y} />
            <text class="axis-text axis-value" x={layout.left - 6} y={y + 4}>
              {tickText(wh * per)}
            </text>
          </g>
        );
      })}
      <Rates slots={slots} layout={layout} day={day} />
      {hourMarks(slots, layout.width).map((slot) => (
        <g key={slot.start}>
          <line
            class="axis-base"
            x1={xOf(layout, slot.index)}
            x2={xOf(layout, slot.index)}
            y1={layout.floor + 36 * layout.scale}
            y2={layout.floor + 42 * layout.scale}
          />
          <text
            class={`axis-text${slot.index === 0 ? "" : " axis-hour"}`}
            x={xOf(layout, slot.index)}
            y={layout.floor + 58 * layout.scale}
          >
            {slot.label.slice(0, 2)}
          </text>
        </g>
      ))}
    </g>
  );
}

function tickText(wh: number): string {
  return wh === 0 ? "0" : String(Number((wh / 1000).toFixed(2)));
}

/** One strip under the axis: each rate has its own tone of ink and its name where it fits. */
function Rates({ slots, layout, day }: { slots: readonly Slot[]; layout: Layout; day: Day }) {
  const runs = rateRuns(slots);
  const ids = [...new Set(runs.map(({ rate }) => rate))].sort();
  const labels = rateLabels(day, ids);
  return (
    <g>
      {runs.map(({ rate, from, to }) => {
        const x = xOf(layout, from);
        const width = xOf(layout, to) - x;
        const label = labels.get(rate) ?? rate;
        return (
          <g key={from}>
            <rect
              class={`rate rate-${ids.indexOf(rate) % 3}`}
              x={x + 0.5}
              width={Math.max(0, width - 1)}
              y={layout.floor + 8}
              height={6}
            />
            {width > (label.length * 7 + 10) * layout.scale && (
              <text class="axis-text" x={x} y={layout.floor + 29 * layout.scale}>
                {label}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

/** A bill line `import-<rate>` carries the rate's own name. */
export function rateLabels(day: Day, ids: readonly string[]): Map<string, string> {
  const lines = day.cost?.lines ?? [];
  return new Map(ids.map((id) => [id, lines.find((line) => line.id === `import-${id}`)?.label ?? id]));
}

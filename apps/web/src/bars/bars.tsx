/**
 * A local day's intervals as bars that can be read by eye, finger, key, ear and on paper. Ours, since a canvas has neither
 * keys nor names. A listbox, because that is what it is: values in a row, of which a run can be selected.
 */
import type { Day } from "../api/shapes.ts";
import { useWidth } from "../shell/use-size.ts";
import { Axis } from "./axis.tsx";
import { Bar } from "./bar.tsx";
import { indexAt, type Layout, layoutOf, xOf } from "./layout.ts";
import type { Slot } from "./slots.ts";
import type { Selection } from "./use-span.ts";
import { slotName } from "./words.ts";
import "./bars.css";

interface BarsProps {
  day: Day;
  slots: readonly Slot[];
  selection: Selection;
  asPower: boolean;
  label: string;
  onDay: (days: number) => void;
}

export function Bars({ day, slots, selection, asPower, label, onDay }: BarsProps) {
  const { ref, width, scale } = useWidth<HTMLDivElement>(358);
  const usual = day.comparison.usual_home_wh ?? [];
  const layout = layoutOf(slots, usual, width, scale);
  const at = (event: PointerEvent): number => {
    const box = ref.current?.getBoundingClientRect();
    return indexAt(layout, event.clientX - (box?.left ?? 0), slots.length);
  };
  const focus = selection.span?.focus;

  function onKey(event: KeyboardEvent): void {
    const byDay = event.key === "PageUp" ? -1 : event.key === "PageDown" ? 1 : 0;
    if (byDay !== 0) onDay(byDay);
    else if (!selection.key(event)) return;
    event.preventDefault();
  }

  return (
    <div
      ref={ref}
      class="bars"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-multiselectable="true"
      aria-orientation="horizontal"
      aria-activedescendant={focus === undefined ? undefined : `slot-${focus}`}
      onKeyDown={onKey}
      onPointerDown={(event) => selection.press(at(event), event.shiftKey)}
      onPointerMove={(event) => selection.drag(at(event))}
      onPointerUp={selection.release}
      onPointerCancel={selection.release}
      onPointerLeave={() => {
        selection.release();
        selection.hover(undefined);
      }}
    >
      <svg width={layout.width} height={layout.height} role="presentation">
        <Patterns />
        <Axis slots={slots} layout={layout} day={day} asPower={asPower} />
        <SelectionBand layout={layout} selection={selection} />
        {slots.map((slot) => (
          <g
            key={slot.start}
            id={`slot-${slot.index}`}
            role="option"
            aria-selected={isIn(selection, slot.index)}
            aria-label={slotName(slot, day)}
          >
            <Bar slot={slot} layout={layout} />
          </g>
        ))}
        <Usual usual={usual} layout={layout} />
      </svg>
    </div>
  );
}

function isIn({ span }: Selection, index: number): boolean {
  if (span === undefined) return false;
  return index >= Math.min(span.anchor, span.focus) && index <= Math.max(span.anchor, span.focus);
}

function SelectionBand({ layout, selection: { span, hovered } }: { layout: Layout; selection: Selection }) {
  const from = span === undefined ? hovered : Math.min(span.anchor, span.focus);
  const to = span === undefined ? hovered : Math.max(span.anchor, span.focus);
  if (from === undefined || to === undefined) return null;
  const x = xOf(layout, from);
  return (
    <rect
      class={span === undefined ? "bars-hover" : "bars-selected"}
      x={x}
      y={layout.top - 20}
      width={(to - from + 1) * layout.step}
      height={layout.floor - layout.top + 20}
    />
  );
}

/** The usual day of this weekday, as one thin line of steps. */
function Usual({ usual, layout }: { usual: readonly (number | null)[]; layout: Layout }) {
  const parts: string[] = [];
  usual.forEach((wh, index) => {
    if (wh === null) return;
    const y = (layout.base - wh * layout.perWh).toFixed(1);
    const joined = index > 0 && (usual[index - 1] ?? null) !== null;
    parts.push(`${joined ? "L" : "M"}${xOf(layout, index).toFixed(1)} ${y}H${xOf(layout, index + 1).toFixed(1)}`);
  });
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a <path> cannot be focused; a listbox may hold nothing but its options
  return <path class="bars-usual" d={parts.join("")} aria-hidden="true" />;
}

/** Hatches, for what is estimated and for paper. */
function Patterns() {
  return (
    <defs>
      <pattern id="hatch-grid" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-ground" width="5" height="5" />
        <rect class="hatch-grid" width="2.5" height="5" />
      </pattern>
      <pattern id="hatch-solar" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect class="hatch-ground" width="5" height="5" />
        <rect class="hatch-solar" width="2.5" height="5" />
      </pattern>
    </defs>
  );
}

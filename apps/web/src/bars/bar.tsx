/** One interval: solar below, grid on it, export under the axis; what is not plainly measured has its own shape. */
import { type Layout, xOf } from "./layout.ts";
import { isMissing, type Slot, splitOf } from "./slots.ts";

export function Bar({ slot, layout }: { slot: Slot; layout: Layout }) {
  if (slot.interval === undefined) return null;
  const x = xOf(layout, slot.index) + layout.gap / 2;
  const width = Math.max(1, layout.step - layout.gap);
  if (isMissing(slot)) return <Missing x={x} width={width} base={layout.base} />;
  const { solar, grid, exported } = splitOf(slot.interval);
  const solarHeight = solar * layout.perWh;
  const gridHeight = grid * layout.perWh;
  const { quality } = slot.interval;
  const hatched = quality === "estimated" ? " bar-estimated" : "";
  const top = layout.base - solarHeight - gridHeight;
  return (
    <>
      {solar > 0 && (
        <rect class={`bar-solar${hatched}`} x={x} width={width} y={layout.base - solarHeight} height={solarHeight} />
      )}
      {grid > 0 && <rect class={`bar-grid${hatched}`} x={x} width={width} y={top} height={gridHeight} />}
      {exported > 0 && (
        <rect class="bar-export" x={x} width={width} y={layout.base} height={Math.max(2, exported * layout.perWh)} />
      )}
      {quality === "late" && <LateMark x={x + width / 2} y={top - 9} />}
      {quality === "edited" && <EditedMark x={x + width / 2} y={top - 9} />}
    </>
  );
}

const MISSING_HEIGHT = 44;

/** An open outline with a query mark: there is a value, and nobody knows it. */
function Missing({ x, width, base }: { x: number; width: number; base: number }) {
  return (
    <>
      <rect
        class="bar-missing"
        x={x + 0.5}
        width={Math.max(1, width - 1)}
        y={base - MISSING_HEIGHT}
        height={MISSING_HEIGHT}
      />
      <text class="bar-mark" x={x + width / 2} y={base - MISSING_HEIGHT - 5}>
        ?
      </text>
    </>
  );
}

function LateMark({ x, y }: { x: number; y: number }) {
  return <path class="bar-late" d={`M${x - 4} ${y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M${x} ${y - 2.5}V${y}l2 1.5`} />;
}

function EditedMark({ x, y }: { x: number; y: number }) {
  return <path class="bar-late" d={`M${x - 3} ${y + 3}l1 -3l4 -4l2 2l-4 4z`} />;
}

/** The same shapes for the key beside the chart. */
export function Glyph({
  kind,
}: {
  kind: "solar" | "grid" | "export" | "late" | "missing" | "estimated" | "edited" | "usual";
}) {
  return (
    <svg width={16} height={16} aria-hidden="true">
      {kind === "usual" && <path class="bars-usual" d="M0 10H6V5H16" />}
      {kind === "late" && <LateMark x={8} y={8} />}
      {kind === "edited" && <EditedMark x={8} y={8} />}
      {kind === "missing" && <rect class="bar-missing" x={4} y={1} width={8} height={14} />}
      {kind === "estimated" && <rect class="bar-grid bar-estimated" x={3} y={1} width={10} height={14} />}
      {(kind === "solar" || kind === "grid" || kind === "export") && (
        <rect class={`bar-${kind}`} x={3} y={1} width={10} height={14} />
      )}
    </svg>
  );
}

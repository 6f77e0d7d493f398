/**
 * Harmonics as bars for eye, key and ear. The fundamental would flatten all others, so its bar is cut and says so; the
 * limit of each order is a mark across its bar.
 */
import { useState } from "preact/hooks";
import { useWidth } from "../shell/use-size.ts";
import { type Harmonic, isAbove, nameOf } from "./harmonics.ts";

const HEIGHT = 220;
const TOP = 12;
const BOTTOM = 24;
const LEFT = 44;
/** The scale never shows less than this part, so that noise does not look like distortion. */
const LEAST = 0.02;
const LABELLED = new Set([1, 5, 9, 13, 17, 21, 25, 29]);

interface HarmonicBarsProps {
  harmonics: readonly Harmonic[];
  unit: string;
  label: string;
}

export function HarmonicBars({ harmonics, unit, label }: HarmonicBarsProps) {
  const { ref, width, scale } = useWidth<HTMLDivElement>(358);
  const [chosen, setChosen] = useState<number>();
  const layout = layoutOf(harmonics, width, scale);
  const shown = chosen === undefined ? undefined : harmonics[chosen];

  function onKey(event: KeyboardEvent): void {
    const last = harmonics.length - 1;
    const at = chosen ?? -1;
    const moves: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last };
    const to = moves[event.key];
    if (event.key === "Escape") setChosen(undefined);
    else if (to === undefined) return;
    else setChosen(Math.max(0, Math.min(last, to)));
    event.preventDefault();
  }

  function choose(event: PointerEvent): void {
    const left = ref.current?.getBoundingClientRect().left ?? 0;
    const index = Math.floor((event.clientX - left - layout.left) / layout.step);
    if (index >= 0 && index < harmonics.length) setChosen(index);
  }

  return (
    <>
      <div
        ref={ref}
        class="harmonic-bars"
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-orientation="horizontal"
        aria-activedescendant={chosen === undefined ? undefined : `harmonic-${chosen + 1}`}
        onKeyDown={onKey}
        onPointerDown={choose}
      >
        <svg width={width} height={layout.height} role="presentation">
          <Levels layout={layout} width={width} />
          {harmonics.map((harmonic, index) => (
            <g
              key={harmonic.order}
              id={`harmonic-${harmonic.order}`}
              role="option"
              aria-selected={chosen === index}
              aria-label={nameOf(harmonic, unit)}
            >
              <Bar harmonic={harmonic} layout={layout} chosen={chosen === index} />
            </g>
          ))}
        </svg>
      </div>
      <p class="harmonic-chosen soft" aria-live="polite">
        {shown === undefined ? "Choose a bar, or use the arrow keys." : sentence(nameOf(shown, unit))}
      </p>
    </>
  );
}

interface Layout {
  readonly height: number;
  readonly left: number;
  readonly step: number;
  readonly top: number;
  readonly floor: number;
  /** The part at the upper edge. */
  readonly most: number;
  readonly scale: number;
}

function layoutOf(harmonics: readonly Harmonic[], width: number, scale: number): Layout {
  const parts = harmonics.flatMap(({ order, part, limit }) => (order === 1 ? [] : [part ?? 0, limit ?? 0]));
  const height = HEIGHT * scale;
  const left = LEFT * scale;
  return {
    height,
    left,
    step: Math.max(1, (width - left) / harmonics.length),
    top: TOP * scale,
    floor: height - BOTTOM * scale,
    most: Math.max(LEAST, ...parts) * 1.15,
    scale,
  };
}

function Bar({ harmonic, layout, chosen }: { harmonic: Harmonic; layout: Layout; chosen: boolean }) {
  const { order, part, limit } = harmonic;
  const { step, top, floor, most, scale } = layout;
  const x = layout.left + (order - 1) * step;
  const y = (value: number): number => floor - (Math.min(value, most) / most) * (floor - top);
  const wide = Math.max(1, step - Math.max(1, step * 0.3));
  return (
    <>
      {chosen && <rect class="harmonic-band" x={x} y={0} width={step} height={layout.height} />}
      {part === null ? (
        <text class="harmonic-none" x={x + step / 2} y={floor - 4} text-anchor="middle">
          –
        </text>
      ) : (
        <rect
          class={isAbove(harmonic) ? "harmonic-above" : "harmonic-bar"}
          x={x + (step - wide) / 2}
          y={y(part)}
          width={wide}
          height={floor - y(part)}
        />
      )}
      {part !== null && part > most && (
        <path class="harmonic-cut" d={`M${x} ${top + 18 * scale}l${step} -${6 * scale}`} />
      )}
      {limit !== undefined && <line class="harmonic-limit" x1={x} x2={x + step} y1={y(limit)} y2={y(limit)} />}
      {LABELLED.has(order) && (
        <text x={x + step / 2} y={layout.height - 6 * scale} text-anchor="middle">
          {order}
        </text>
      )}
    </>
  );
}

function Levels({ layout, width }: { layout: Layout; width: number }) {
  const { most, top, floor, scale } = layout;
  const raw = most / 4;
  const step = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].find((one) => one >= raw) ?? Math.ceil(raw);
  const levels = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
  return (
    <>
      {levels.map((level) => {
        const y = floor - (level / most) * (floor - top);
        return (
          <g key={level}>
            <line class="harmonic-level" x1={layout.left} x2={width} y1={y} y2={y} />
            <text x={layout.left - 6 * scale} y={y + 4 * scale} text-anchor="end">
              {Number((level * 100).toFixed(1))} %
            </text>
          </g>
        );
      })}
    </>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

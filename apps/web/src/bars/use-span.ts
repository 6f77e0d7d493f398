/** A span of bars, chosen by pointer or keys. Escape gives it back. */
import { useState } from "preact/hooks";
import type { Span } from "./words.ts";

export interface Selection {
  readonly span: Span | undefined;
  readonly hovered: number | undefined;
  clear(): void;
  /** Where the pointer went down, moved and left. */
  press(index: number, extend: boolean): void;
  drag(index: number): void;
  release(): void;
  hover(index: number | undefined): void;
  /** True where the key meant something here. */
  key(event: KeyboardEvent): boolean;
}

/** Two hours of half-hours, by Ctrl or Alt with an arrow. */
const LEAP = 4;

export function useSpan(count: number, first: number): Selection {
  const [span, setSpan] = useState<Span>();
  const [hovered, setHovered] = useState<number>();
  const [pressed, setPressed] = useState(false);

  function go(to: number, extend: boolean): void {
    const focus = Math.max(0, Math.min(count - 1, to));
    setSpan({ anchor: extend && span !== undefined ? span.anchor : focus, focus });
  }

  function key(event: KeyboardEvent): boolean {
    const at = span?.focus;
    const step = event.ctrlKey ? LEAP : 1;
    const moves: Record<string, number> = {
      ArrowRight: at === undefined ? first : at + step,
      ArrowLeft: at === undefined ? first : at - step,
      Home: 0,
      End: count - 1,
    };
    const to = moves[event.key];
    if (event.key === "Escape") setSpan(undefined);
    else if (to === undefined) return false;
    else go(to, event.shiftKey);
    return true;
  }

  return {
    span,
    hovered,
    clear: () => setSpan(undefined),
    press: (index, extend) => {
      setPressed(true);
      go(index, extend);
    },
    drag: (index) => {
      if (pressed) go(index, true);
      else setHovered(index);
    },
    release: () => setPressed(false),
    hover: setHovered,
    key,
  };
}

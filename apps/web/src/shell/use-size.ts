/**
 * The width that an element has, so that drawings are made in real pixels and their text keeps its size; and how much
 * larger than usual the text is, so that a drawing grows with it on a wall.
 */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export function useWidth<E extends Element>(first = 0): { ref: { current: E | null }; width: number; scale: number } {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(first);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    setWidth(Math.floor(element.getBoundingClientRect().width));
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidth(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width, scale: textScale() };
}

const USUAL_TEXT_PX = 16;

function textScale(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL_TEXT_PX;
}

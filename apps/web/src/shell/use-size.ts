/** The width that an element has, so that drawings are made in real pixels and their text keeps its size. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";

export function useWidth<E extends Element>(first = 0): { ref: { current: E | null }; width: number } {
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
  return { ref, width };
}

/** One clock for all ages on a page, so that they count together. Started by `main`, never by an import. */
import { signal } from "@preact/signals";

const TICK_MS = 1_000;

export const now = signal(0);

export function startClock(): () => void {
  now.value = Date.now();
  const timer = setInterval(() => {
    now.value = Date.now();
  }, TICK_MS);
  return () => clearInterval(timer);
}

/**
 * Runs steps of simulated time at a wanted speed, one after the other, and says which speed it reaches. A machine that
 * cannot keep up makes the demo slower, never wrong.
 */
import type { Millis } from "@csj/quantity";

export interface Pace {
  /** Simulated seconds in a real second that were asked for. */
  readonly wanted: number;
  /** What the last few real seconds gave. */
  readonly reached: number;
}

export interface PaceOptions {
  readonly speed: number;
  /** Simulated time of one step. */
  readonly stepMs: Millis;
  step(): Promise<void>;
  onPace(pace: Pace): void;
}

/** The reached speed is that of this many real milliseconds. */
const WINDOW_MS = 3_000;
/** Lag beyond this is forgiven, so that a laptop that slept does not race to catch up. */
const LAG_MAX_MS = 2_000;

/** Runs until `stop` is called, which resolves once the step under way is done. */
export function startPace(options: PaceOptions): { stop(): Promise<void> } {
  let stopping = false;
  const realStep = options.stepMs / options.speed;
  const run = async () => {
    let due = performance.now();
    let windowStart = due;
    let steps = 0;
    while (!stopping) {
      await options.step();
      steps += 1;
      due = Math.max(due + realStep, performance.now() - LAG_MAX_MS);
      const now = performance.now();
      if (now - windowStart >= WINDOW_MS) {
        options.onPace({ wanted: options.speed, reached: (steps * options.stepMs) / (now - windowStart) });
        windowStart = now;
        steps = 0;
      }
      await pause(Math.max(0, due - performance.now()));
    }
  };
  const running = run();
  return {
    stop() {
      stopping = true;
      return running;
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => (ms < 1 ? setImmediate(resolve) : setTimeout(resolve, ms)));
}

/**
 * Lets a source that could give its samples at any speed give them at the speed of the clock: a piece every 50 ms, stamped
 * once a second. After a sleep of the machine the samples of that time are left out, as a converter would have lost them.
 */
import { Millis } from "@csj/quantity";
import type { Cancel } from "@csj/runtime";
import type { SampleSink, SourceDeps } from "./source.ts";

const PIECE_MS = 50;
const STAMP_MS = 1000;
const BEHIND_MAX_MS = 5000;
/** Of samples that are made in one turn, in ms of signal, so that a served register is not kept waiting. */
const TURN_MS = 1000;

export interface PacedSamples {
  readonly rate: number;
  /** Samples `first` up to `first + count`, to the sink; false where there are no more. */
  give(first: number, count: number, sink: SampleSink): boolean;
}

export class Pace {
  readonly #deps: SourceDeps;
  #cancel: Cancel | undefined;

  constructor(deps: SourceDeps) {
    this.#deps = deps;
  }

  start(samples: PacedSamples, sink: SampleSink): void {
    const { clock } = this.#deps;
    const msPerSample = 1000 / samples.rate;
    const begun = clock.monotonic();
    let next = 0;
    let stampedAt = Number.NEGATIVE_INFINITY;
    const turn = (): void => {
      const now = clock.monotonic() - begun;
      if (now - next * msPerSample > BEHIND_MAX_MS) next = Math.floor(now / msPerSample);
      const due = Math.floor(Math.min(now, next * msPerSample + TURN_MS) / msPerSample);
      if (now - stampedAt >= STAMP_MS && clock.trusted()) {
        stampedAt = now;
        sink.stamp(next, clock.now() - (now - next * msPerSample));
      }
      const goesOn = due <= next || samples.give(next, due - next, sink);
      next = Math.max(next, due);
      if (goesOn) this.#cancel = this.#deps.timers.after(Millis(PIECE_MS), turn);
      else sink.ended();
    };
    this.#cancel = this.#deps.timers.after(Millis(0), turn);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}

/**
 * What the raw streams share: bytes to frames, the instant of each, and their counters. A frame's instant is that of its
 * arrival: the line's delay is in it, and the engine's clock smooths what jitters.
 */
import type { Readable } from "node:stream";
import { type Calibration, type Layout, RawStreamReader } from "@csj/metrology";
import { meterErrors } from "../errors.ts";
import type { SampleSink, SourceDeps } from "./source.ts";

export interface StreamParts {
  readonly layout: Layout;
  readonly calibration: Calibration;
  readonly deps: SourceDeps;
}

const STAMP_MS = 1000;

/** Hands a stream's pieces on until it ends or fails, which the sink is told. */
export function follow(stream: Readable, name: string, sink: SampleSink, take: (piece: Uint8Array) => void): void {
  stream.on("data", take);
  stream.once("end", () => sink.ended());
  stream.once("error", (error) => {
    sink.ended(meterErrors.METER_SOURCE_LOST(`${name} cannot be read.`, { file: name }, error));
  });
}

export function rawReader({ layout, deps: { clock } }: StreamParts, sink: SampleSink): RawStreamReader {
  const stamp = stamper(clock, sink);
  return new RawStreamReader(layout.channels, (frame) => {
    sink.frame(frame);
    stamp(frame.first + frame.samples.length / layout.channels.length);
  });
}

/** Stamps at most once a second, and only with a clock that is trusted. */
export function stamper(clock: SourceDeps["clock"], sink: SampleSink): (position: number) => void {
  let stampedAt = Number.NEGATIVE_INFINITY;
  return (position) => {
    const now = clock.monotonic();
    if (now - stampedAt < STAMP_MS || !clock.trusted()) return;
    stampedAt = now;
    sink.stamp(position, clock.now());
  };
}

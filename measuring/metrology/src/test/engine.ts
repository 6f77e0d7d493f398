/** An engine over a signal, with what it said kept as plain objects. */
import type { Calibration, ChannelCalibration } from "../calibration/calibration.ts";
import type { CycleRecord } from "../cycle/record.ts";
import { Engine, type EngineListener } from "../engine.ts";
import type { ChannelId } from "../frame/channel.ts";
import type { Layout, Wiring } from "../frame/layout.ts";
import type { WindowRecord } from "../window/record.ts";
import { framesOf, PER_COUNT, type Signal, samplesOf } from "./signal.ts";

export function idealCalibration(layout: Layout, faults: Partial<Record<ChannelId, Partial<ChannelCalibration>>> = {}) {
  const channels = Object.fromEntries(
    layout.channels.map((id) => [id, { offset: 0, ratio: PER_COUNT, lead: 0, ...faults[id] }]),
  );
  return {
    format: "csj-calibration-1",
    id: "ideal",
    rate: layout.rate,
    nominalHertz: layout.nominalHertz,
    channels,
  } as Calibration;
}

export function layoutOf(signal: Signal, wiring: Wiring, nominalHertz: 50 | 60 = 50): Layout {
  const channels = Object.keys(signal.channels) as ChannelId[];
  return { rate: signal.rate, channels, wiring, nominalHertz, nominalVolts: 230 };
}

export interface Measured {
  readonly engine: Engine;
  readonly cycles: CycleRecord[];
  readonly windows: WindowRecord[];
}

export function measure(
  signal: Signal,
  layout: Layout,
  seconds: number,
  options: { calibration?: Calibration; frame?: number; listener?: EngineListener; stamp?: number } = {},
): Measured {
  const cycles: CycleRecord[] = [];
  const windows: WindowRecord[] = [];
  const engine = new Engine(layout, options.calibration ?? idealCalibration(layout), {
    ...options.listener,
    cycle: (record) => {
      cycles.push(copyOf(record));
      options.listener?.cycle?.(record);
    },
    window: (record) => windows.push(copyOf(record)),
  });
  if (options.stamp !== undefined) engine.stamp(0, options.stamp);
  const samples = samplesOf(signal, seconds);
  for (const frame of framesOf(samples, layout.channels.length, options.frame ?? 160)) engine.push(frame);
  return { engine, cycles, windows };
}

/** A record with arrays of its own. */
function copyOf<R extends object>(record: R): R {
  const entries = Object.entries(record).map(([key, value]) => [
    key,
    value instanceof Float64Array ? value.slice() : value,
  ]);
  return Object.fromEntries(entries) as R;
}

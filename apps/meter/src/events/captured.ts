/** A caught waveform as a COMTRADE recording, with the calibration's ratios and the instant of its first sample. */
import { fromCapture, type Recording } from "@csj/comtrade";
import type { Calibration, Layout, RawCapture } from "@csj/metrology";

export interface CapturedBy {
  readonly station: string;
  readonly device: string;
  readonly layout: Layout;
  readonly calibration: Calibration;
  /** UTC ms of a position in samples; NaN before the stream was given a time, which the file then calls unreliable. */
  readonly instantOf: (position: number) => number;
}

const NANOSECONDS_PER_MICRO = 1000n;

export function recordingOf(
  capture: RawCapture,
  { station, device, layout, calibration, instantOf }: CapturedBy,
): Recording {
  const at = instantOf(capture.from);
  const { ring, first, count, trigger } = capture;
  return fromCapture({
    station,
    device,
    layout,
    ring,
    first,
    count,
    trigger,
    ratios: layout.channels.map((id) => {
      const { ratio, offset, lead } = calibration.channels[id] ?? { ratio: 1, offset: 0, lead: 0 };
      return { multiplier: ratio, offset: -offset * ratio, skewSeconds: lead / 1e6 };
    }),
    // The file has no word for a time that is not known: it begins in 1970 then.
    startNanoseconds: Number.isNaN(at) ? 0n : BigInt(Math.round(at * 1000)) * NANOSECONDS_PER_MICRO,
  });
}

/** What a measuring unit's waveforms look like to a page. Positions count samples; nothing here is drawn from a cache. */

export interface HarmonicChannel {
  /** `u1` to `u4`, `i1` to `i4`; 4 is the neutral. */
  readonly channel: string;
  readonly unit: "V" | "A";
  /** Null where it was not read. */
  readonly rms: number | null;
  /** Part of the fundamental. */
  readonly thd: number | null;
  /** RMS in `unit` by order: place 0 is DC, place 1 the fundamental. Null above what the sample rate gives. */
  readonly harmonics: readonly (number | null)[];
}

export interface HarmonicLimits {
  readonly source: string;
  /** Parts of the fundamental, by order; for voltages. */
  readonly harmonics: Readonly<Record<string, number>>;
  readonly thd: number;
}

export interface Harmonics {
  readonly meter: string;
  /** Milliseconds since 1970 of the window's end; null before the meter was given a time. */
  readonly at: number | null;
  readonly frequency_hz: number | null;
  readonly channels: readonly HarmonicChannel[];
  readonly limits: HarmonicLimits;
}

export interface CaptureSummary {
  readonly id: string;
  /** Milliseconds since 1970 of the trigger. */
  readonly at: number | null;
  /** `dip`, `swell`, ... as the meter says. */
  readonly cause: string;
  readonly seconds: number;
}

export interface Captures {
  readonly captures: readonly CaptureSummary[];
}

export interface CaptureChannel {
  readonly id: string;
  readonly unit: "V" | "A";
  readonly samples: readonly number[];
}

export interface Capture extends CaptureSummary {
  /** Samples a second. */
  readonly rate: number;
  readonly nominal_hz: number;
  /** Place of the sample that triggered. */
  readonly trigger: number;
  readonly channels: readonly CaptureChannel[];
}

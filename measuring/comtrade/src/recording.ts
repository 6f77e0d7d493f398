/**
 * A recording as the format has it: counts of a converter with a multiplier and an offset per channel, states as bits, and
 * the times as the recorder wrote them. Nothing is converted on reading, so that nothing is lost on writing; what the
 * numbers mean in volts and seconds is asked for in `values.ts`.
 *
 * Edition by edition: IEEE C37.111-1991, -1999 (= IEC 60255-24:2001), -2013 (= IEC 60255-24:2013).
 */

/** The edition whose rules hold. A file may name another year (1997 and 2000 are in use): see `revisionYear`. */
export type Revision = 1991 | 1999 | 2013;

export const encodings = ["ASCII", "BINARY", "BINARY32", "FLOAT32"] as const;
/** BINARY is 16 bits, two's complement, low byte first; BINARY32 and FLOAT32 came with 2013. */
export type Encoding = (typeof encodings)[number];

/** Stands in an Int32Array where the recorder has no value. In float arrays it is NaN. */
export const MISSING = -2147483648;

export type Counts = Int32Array | Float32Array | Float64Array;

export interface AnalogChannel {
  readonly number: number;
  readonly name: string;
  readonly phase: string;
  /** The circuit component that is monitored. */
  readonly component: string;
  /** As the recorder writes it: `V`, `kV`, `A`, `deg`... */
  readonly unit: string;
  /** Value in `unit` = multiplier x count + offset. */
  readonly multiplier: number;
  readonly offset: number;
  /** Microseconds that this channel is sampled after the record's own time. */
  readonly skew: number;
  /** The range that the recorder declares for the counts; nothing is clamped to it. */
  readonly min?: number;
  readonly max?: number;
  /** Ratio of the instrument transformer. */
  readonly primary?: number;
  readonly secondary?: number;
  /** Which side the values are on; the 1991 edition does not say. */
  readonly side?: "primary" | "secondary";
}

export interface DigitalChannel {
  readonly number: number;
  readonly name: string;
  readonly phase: string;
  readonly component: string;
  /** State in normal service. */
  readonly normal?: 0 | 1;
}

/** Samples up to and with number `last` (counted from 1) were taken at `hertz`. */
export interface Rate {
  readonly hertz: number;
  readonly last: number;
}

/** A civil date and time in the recorder's own clock; which zone that is, only 2013 says (`timeCode`). */
export interface Stamp {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 60 in a leap second. */
  readonly second: number;
  readonly nanoseconds: number;
  /** Digits after the second's point: more than 6 means that the data's time stamps count nanoseconds. */
  readonly digits: number;
}

/** What the configuration says. */
export interface Description {
  readonly station: string;
  readonly device: string;
  readonly revision: Revision;
  /** The year as the file writes it; 1991 where it writes none. */
  readonly revisionYear: number;
  readonly analog: readonly AnalogChannel[];
  readonly digital: readonly DigitalChannel[];
  /** Nominal line frequency; absent where the field is empty, 0 where the recorder writes 0. */
  readonly lineHertz?: number;
  /** Empty where the rate varies: then the time stamps alone say when a sample was taken. */
  readonly rates: readonly Rate[];
  /** As the configuration says. One recorder of the field writes one sample more: `Samples.count` says what is there. */
  readonly sampleCount: number;
  /** Time of the first sample; absent where the line is empty. */
  readonly start?: Stamp;
  readonly trigger?: Stamp;
  readonly dataType: Encoding;
  /** A time stamp times this is in microseconds (nanoseconds: `Stamp.digits`). */
  readonly timeMultiplier: number;
  /** From 2013: offset of the stamps from UTC (`-5h30`) and of the place; `x` where it does not apply. */
  readonly timeCode?: string;
  readonly localCode?: string;
  /** From 2013: quality of the clock, one hexadecimal digit (0 locked, F failed); leap second indicator 0 to 3. */
  readonly timeQuality?: string;
  readonly leapSecond?: string;
}

/** One entry per sample in every array. */
export interface Samples {
  readonly count: number;
  readonly numbers: Uint32Array;
  /** Raw time stamps; NaN where the recorder has none. */
  readonly stamps: Float64Array;
  /** Per analogue channel. */
  readonly analog: readonly Counts[];
  /** Per digital channel, 0 or 1. */
  readonly digital: readonly Uint8Array[];
}

export interface Recording extends Description {
  readonly samples: Samples;
  /** The header file, as bytes: it has no form. */
  readonly header?: Uint8Array;
  readonly information?: Uint8Array;
  /** What it was read from: the writer takes each line and record from here whose meaning has not changed. */
  readonly source?: Source;
}

export interface Source {
  readonly cfg: Uint8Array;
  readonly dat: Uint8Array;
  readonly dateOrder?: DateOrder;
  /** The sections of a single file, in their order. */
  readonly sections?: readonly Section[];
}

/** Day or month first. The standard says `mdy` for 1991 and `dmy` from 1999; recorders disagree. */
export type DateOrder = "dmy" | "mdy";

export type SectionKind = "cfg" | "inf" | "hdr" | "dat";

export interface Section {
  readonly kind: SectionKind;
  /** The header line with its line ending. */
  readonly head: Uint8Array;
  readonly body: Uint8Array;
  /** What follows a binary body of stated length. */
  readonly tail: Uint8Array;
}

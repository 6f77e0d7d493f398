/**
 * What the evidence log holds, one record a line. Every number is an integer (W, ms, mWh), because the text of a fraction
 * is where implementations differ and the text is what is hashed. `t_ms` is monotonic time and means something within one
 * run of the program only; `wall_ms` is UTC and null while nobody vouches for the clock.
 */
import { type Static, type TProperties, Type } from "typebox";
import { Compile } from "typebox/compile";

const whole = Type.Integer();
const span = Type.Integer({ minimum: 0 });
const wattsOrNone = Type.Union([whole, Type.Null()]);
const text = Type.String({ maxLength: 500 });

const record = <Kind extends string, Fields extends TProperties>(kind: Kind, fields: Fields) =>
  Type.Object(
    { kind: Type.Literal(kind), t_ms: whole, wall_ms: wattsOrNone, ...fields },
    { additionalProperties: false },
  );

export const UnitRecord = Type.Object(
  { id: text, limit_w: wattsOrNone, output_w: wattsOrNone, held_w: wattsOrNone, state: text },
  { additionalProperties: false },
);

const picture = {
  grid_w: wattsOrNone,
  /** When the value was true; monotonic. */
  grid_t_ms: wattsOrNone,
  pv_w: wattsOrNone,
  pv_t_ms: wattsOrNone,
  limit_w: whole,
  allowed_w: whole,
  origin: text,
  mode: text,
  reason: text,
  note: Type.Optional(text),
  /** Export beyond the allowed; negative is headroom; null where it was not seen. */
  over_w: wattsOrNone,
  /** What the log counted as over from. */
  tolerance_w: span,
  rated_w: Type.Optional(span),
  units: Type.Array(UnitRecord),
};

/** The first record of a run. `clean` is false where the run before ended without saying so: a kill, or a power cut. */
export const StartRecord = record("start", {
  site: text,
  key: text,
  clean: Type.Union([Type.Boolean(), Type.Null()]),
});
export const StopRecord = record("stop", {});
/** From here on the wall time is vouched for, or it jumped by so much: what came before is dated by this record. */
export const TimeRecord = record("time", {
  why: Type.Union([Type.Literal("trusted"), Type.Literal("jump"), Type.Literal("doubted")]),
  by_ms: whole,
});
/** What the site ran on: hashes of the configuration and of each profile. */
export const ConfigRecord = record("config", {
  config: text,
  profiles: Type.Record(Type.String(), text),
  software: text,
  standard: Type.Optional(text),
});
export const DecisionRecord = record("decision", picture);
export const CycleRecordBody = record("cycle", picture);
/** The allowed export changed. */
export const LimitRecord = record("limit", { from_w: whole, to_w: whole, origin: text, was: text });

/** All cycles of a minute in one: nothing of the time that it spans is left out, which is what a proof needs. */
export const MinuteRecord = record("minute", {
  from_t_ms: whole,
  cycles: span,
  /** Cycles with a fresh grid reading. */
  read: span,
  grid_min_w: wattsOrNone,
  grid_max_w: wattsOrNone,
  over_max_w: wattsOrNone,
  tolerance_w: span,
  /** Time over the tolerance, and the longest stretch of it that ended or stood in this minute, from its own start. */
  over_ms: span,
  over_longest_ms: span,
  /** The same for export beyond the allowed by any amount. */
  any_longest_ms: span,
  /** The longest stretch in which it was over or could not be seen. */
  doubt_longest_ms: span,
  /** The longest stretch without a grid reading. */
  unread_longest_ms: span,
  exported_mwh: span,
  pv_mwh: span,
  /** Estimate of what was held back; `held_unknown_ms` is the time for which there is none. */
  curtailed_mwh: span,
  held_ms: span,
  held_unknown_ms: span,
  limit_min_w: whole,
  limit_max_w: whole,
  allowed_min_w: whole,
  allowed_max_w: whole,
  headroom_min_w: wattsOrNone,
  modes: Type.Record(Type.String(), span),
});

export const ExcursionRecord = record("excursion", {
  started_t_ms: whole,
  duration_ms: span,
  peak_w: whole,
  mwh: span,
  /** True where it adds to the excursions after which the site is locked. */
  counted: Type.Boolean(),
  /** Somebody had switched maintenance on: recorded, and not counted. */
  maintenance: Type.Boolean(),
  allowed_w: whole,
  tolerance_w: span,
});
export const AlarmRecord = record("alarm", { code: text, raised: Type.Boolean(), text });
export const ProbeRecord = record("probe", { result: text, text });
/** Somebody did something: a local stop, a maintenance mode, a reset. */
export const ActionRecord = record("action", { action: text, who: text, text });
/** Records that could not be written. */
export const LostRecord = record("lost", { records: span, from_t_ms: whole, code: text });
/** From here on cycles and decisions are kept once in ten seconds: the day's share of the disk is used up. */
export const ThinnedRecord = record("thinned", { bytes: span });
/** A file that was taken out to stay within the disk budget, and what it ended with. */
export const RemovedRecord = record("removed", {
  file: text,
  first_seq: span,
  last_seq: span,
  last_hash: text,
  bytes: span,
});
/** The torn end of a file that was cut off at a start. */
export const CutRecord = record("cut", { file: text, bytes: span, sha256: text });
/** The file before holds a line that does not belong to the chain; nothing of it was touched. */
export const DamagedRecord = record("damaged", { file: text, line: span });
export const SealRecord = record("seal", {
  key: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  signature: Type.String({ pattern: "^[0-9a-f]{128}$" }),
  /** True on the last line of a file. */
  closes: Type.Boolean(),
});

export const EvidenceBody = Type.Union([
  StartRecord,
  StopRecord,
  TimeRecord,
  ConfigRecord,
  DecisionRecord,
  CycleRecordBody,
  LimitRecord,
  MinuteRecord,
  ExcursionRecord,
  AlarmRecord,
  ProbeRecord,
  ActionRecord,
  LostRecord,
  ThinnedRecord,
  RemovedRecord,
  CutRecord,
  DamagedRecord,
  SealRecord,
]);

export type UnitBody = Static<typeof UnitRecord>;
export type EvidenceBody = Static<typeof EvidenceBody>;
export type EvidenceKind = EvidenceBody["kind"];
export type BodyOf<Kind extends EvidenceKind> = Extract<EvidenceBody, { kind: Kind }>;

/** A record with its place in the chain. */
export type EvidenceRecord = EvidenceBody & { readonly seq: number; readonly previous: string };

const checks = new Map(
  EvidenceBody.anyOf.map((schema) => [schema.properties.kind.const as string, Compile(schema)] as const),
);

/** Undefined where the value is no record that this version knows. */
export function recordOf(value: unknown): EvidenceRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { seq, previous, ...body } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(seq) || typeof previous !== "string") return undefined;
  return checks.get(String(body["kind"]))?.Check(body) === true ? (value as EvidenceRecord) : undefined;
}

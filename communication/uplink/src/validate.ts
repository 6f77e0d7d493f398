/**
 * Whether what came is a message. The schema says what one message looks like; beyond it stand the rules between its
 * parts, which a schema cannot say: as many boundaries as the day has, a delay where there is a count, a unit that its
 * channel has. Both ends use the same checks, so a gateway never seals what its head-end would refuse.
 */
import { dayStart, intervalsPerDay, utcDayOf } from "@csj/reading";
import { type Static, type TSchema, Type } from "typebox";
import { Compile } from "typebox/compile";
import { Live } from "./live.ts";
import {
  AckBody,
  DayBody,
  Envelope,
  Hello,
  IntervalBody,
  LossBody,
  RefusalBody,
  ResendBody,
  SiteBody,
  type StoredBody,
  WelcomeBody,
} from "./messages.ts";

export type Checked<Value> = { readonly value: Value; readonly problem?: never } | { readonly problem: string };

/** A check that is compiled when it is first used. */
function checker<Schema extends TSchema>(schema: Schema): (value: unknown) => Checked<Static<Schema>> {
  let compiled: ReturnType<typeof Compile> | undefined;
  return (value) => {
    compiled ??= Compile(schema) as ReturnType<typeof Compile>;
    if (compiled.Check(value)) return { value: value as Static<Schema> };
    const [first] = compiled.Errors(value);
    if (first === undefined) return { problem: "is not a message" };
    // A key that the schema does not have fails against the schema `false`.
    const says = first.keyword === "boolean" ? "is not a known key" : first.message;
    return { problem: `${first.instancePath || "/"} ${says}` };
  };
}

export const checkedEnvelope: (value: unknown) => Checked<Envelope> = checker(Envelope) as never;
export const checkedHello = checker(Hello);
export const checkedLive = checker(Live);
export const checkedDown = checker(Type.Union([WelcomeBody, RefusalBody, AckBody, ResendBody]));

const byKind = {
  interval: checker(IntervalBody),
  day: checker(DayBody),
  site: checker(SiteBody),
  loss: checker(LossBody),
} as const;

/** A body that is stored: interval, day, site or loss. */
export function checkedStored(value: unknown): Checked<StoredBody> {
  const kind = (value as { kind?: unknown } | null)?.kind;
  if (typeof kind !== "string" || !Object.hasOwn(byKind, kind)) return { problem: "/kind is not one that is stored" };
  const checked: Checked<StoredBody> = byKind[kind as keyof typeof byKind](value);
  if (checked.problem !== undefined) return checked;
  const problem = problemWithin(checked.value);
  return problem === undefined ? checked : { problem };
}

function problemWithin(body: StoredBody): string | undefined {
  if (body.kind === "day") return problemOfDay(body);
  if (body.kind === "interval") return problemOfInterval(body);
  return undefined;
}

/** More than this does not fit the four bytes that a value has where it is stored, and no meter of ours comes near it. */
const AMOUNT_MAX = 2_147_483_647;

interface Format {
  readonly unit: string;
  readonly per_count: number;
  readonly digits: number;
}

function problemOfDay(body: DayBody): string | undefined {
  if (!isDay(body.day)) return "/day is not a day of the calendar";
  const length = intervalsPerDay(body.interval_s);
  for (const [id, channel] of Object.entries(body.channels)) {
    const problem = problemOfChannel(id, channel, length);
    if (problem !== undefined) return `/channels/${id} ${problem}`;
  }
  return undefined;
}

type DayChannel = NonNullable<DayBody["channels"]["import"]>;

function problemOfChannel(id: string, channel: DayChannel, length: number): string | undefined {
  const { counts, delays_ms: delays, breaks } = channel;
  if (counts.length !== length + 1) return `has ${counts.length} counts, not ${length + 1}`;
  if (delays.length !== length + 1) return `has ${delays.length} delays, not ${length + 1}`;
  if (breaks.some((at, index) => at > length || at <= (breaks[index - 1] ?? -1))) return "has breaks out of order";
  let before: number | null = null;
  for (let at = 0; at <= length; at += 1) {
    const count = counts[at] as number | null;
    if ((count === null) !== (delays[at] === null)) return `has a count without a delay, or the other way, at ${at}`;
    const problem = problemOfStep(channel, breaks.includes(at) ? null : before, count);
    if (problem !== undefined) return `${problem} at boundary ${at}`;
    before = count;
  }
  return problemOfUnit(id, channel);
}

function problemOfInterval(body: IntervalBody): string | undefined {
  if (body.start_s % body.interval_s !== 0) return "/start_s is not the start of an interval";
  for (const [id, channel] of Object.entries(body.channels)) {
    const { open, close, open_delay_ms: openDelay, close_delay_ms: closeDelay } = channel;
    const paired = (open === null) === (openDelay === null) && (close === null) === (closeDelay === null);
    const problem = paired
      ? (problemOfStep(channel, null, open) ??
        problemOfStep(channel, channel.broken ? null : open, close) ??
        problemOfUnit(id, channel))
      : "has a count without a delay, or the other way";
    if (problem !== undefined) return `/channels/${id} ${problem}`;
  }
  return undefined;
}

function problemOfUnit(id: string, { unit }: Format): string | undefined {
  return id.startsWith("reactive") === (unit === "varh") ? undefined : `cannot be in ${unit}`;
}

/** @param before null where there is none to take a difference from */
function problemOfStep(format: Format, before: number | null, count: number | null): string | undefined {
  if (count === null) return undefined;
  const turn = POWERS[format.digits] as number;
  if (count >= turn) return `has a count of more than ${format.digits} digits`;
  if (before === null) return undefined;
  const grown = count >= before ? count - before : count + turn - before;
  return grown * format.per_count > AMOUNT_MAX ? "grows by more than a meter can count" : undefined;
}

const POWERS = Array.from({ length: 16 }, (_, digits) => 10 ** digits);

function isDay(day: string): boolean {
  const start = dayStart(day);
  return !Number.isNaN(start) && utcDayOf(start) === day;
}

/**
 * What a gateway and a head-end say to each other: one schema per message, from which come the types, the validation and
 * the published JSON Schema. Unknown keys are errors. Every number is an integer in the unit that its name ends with, so
 * that a body has one canonical text.
 *
 * A body travels in an envelope: `mac` (HMAC-SHA-256 under the key that the two agreed on at enrolment) says at the door
 * that it came from the other side; `seal` (Ed25519, chained) is the evidence that stays. Days are sealed and the seal is
 * checked before they are stored. Intervals of a day that is not over are sealed too, and their seals are stored; only the
 * MAC is checked at the door, since one Ed25519 check per half-hour would be most of the work of a head-end.
 */
import { type Static, type TSchema, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" });
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const Hex = (digits: number) => Type.String({ pattern: `^[0-9a-f]{${digits}}$` });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Unit = Type.Union([Type.Literal("Wh"), Type.Literal("varh")]);
const Interval = Type.Union([
  Type.Literal(300),
  Type.Literal(600),
  Type.Literal(900),
  Type.Literal(1800),
  Type.Literal(3600),
]);
const Channel = Type.Union([
  Type.Literal("import"),
  Type.Literal("export"),
  Type.Literal("generation"),
  Type.Literal("reactive-import"),
  Type.Literal("reactive-export"),
]);
/** Any of the channels; those that the meter lacks are absent. */
const byChannel = <Entry extends TSchema>(entry: Entry) =>
  Type.Object(
    {
      import: Type.Optional(entry),
      export: Type.Optional(entry),
      generation: Type.Optional(entry),
      "reactive-import": Type.Optional(entry),
      "reactive-export": Type.Optional(entry),
    },
    { ...closed, minProperties: 1 },
  );
const format = {
  unit: Unit,
  /** Wh (varh) in one count. */
  per_count: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  digits: Type.Integer({ minimum: 4, maximum: 15 }),
  /** Smallest change that the meter shows, in counts. */
  step: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
};
const stamp = {
  gateway: Id,
  /** Grows by one with each new outbox, so that a sequence number names one message for ever. */
  epoch: Type.Integer({ minimum: 1 }),
  /** Grows by one with each message of the epoch, from 1. */
  seq: Type.Integer({ minimum: 1 }),
};

/** One closed interval of one meter, as soon as its end was read. */
export const IntervalBody = Type.Object(
  {
    kind: Type.Literal("interval"),
    ...stamp,
    meter: Id,
    /** UTC start, in seconds since 1970. */
    start_s: Type.Integer({ minimum: 0 }),
    interval_s: Interval,
    channels: byChannel(
      Type.Object(
        {
          ...format,
          /** Register at the start and at the end; null where that boundary was never read. */
          open: Type.Union([Count, Type.Null()]),
          close: Type.Union([Count, Type.Null()]),
          /** How long after its boundary each was measured. */
          open_delay_ms: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
          close_delay_ms: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
          /** Present where another register series began within the interval. */
          broken: Type.Optional(Type.Literal(true)),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type IntervalBody = Static<typeof IntervalBody>;

/** One UTC day of one meter: all boundaries, both ends included, of all channels. */
export const DayBody = Type.Object(
  {
    kind: Type.Literal("day"),
    ...stamp,
    meter: Id,
    day: Day,
    interval_s: Interval,
    channels: byChannel(
      Type.Object(
        {
          ...format,
          /** n + 1 registers for n intervals; null where the boundary was never read. */
          counts: Type.Array(Type.Union([Count, Type.Null()])),
          delays_ms: Type.Array(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
          /** Boundaries at which another register series began. */
          breaks: Type.Array(Type.Integer({ minimum: 0 })),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type DayBody = Static<typeof DayBody>;

/** What the site is: sent at each start and whenever its configuration changed. */
export const SiteBody = Type.Object(
  {
    kind: Type.Literal("site"),
    ...stamp,
    at_ms: Type.Integer({ minimum: 0 }),
    site: Type.Object(
      {
        id: Id,
        name: Type.String({ minLength: 1, maxLength: 80 }),
        /** IANA zone of the household's days. */
        zone: Type.String(),
        allowed_export_w: Type.Integer({ minimum: 0 }),
        rated_w: Type.Integer({ minimum: 0 }),
        /** True where no real meter is behind it. */
        simulated: Type.Boolean(),
        /** The `tariff:` of the site's configuration as JSON text (schema: @csj/billing), or null. */
        tariff: Type.Union([Type.String(), Type.Null()]),
      },
      closed,
    ),
    meters: Type.Array(
      Type.Object(
        {
          id: Id,
          /** `grid` measures what crosses the boundary, `pv` what the array makes. */
          role: Type.Union([Type.Literal("grid"), Type.Literal("pv")]),
          profile: Type.String(),
          serial: Type.Union([Type.String(), Type.Null()]),
          interval_s: Interval,
          channels: Type.Array(Channel),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type SiteBody = Static<typeof SiteBody>;

/** The last thing a gateway dropped because its disk was full: counted, never silent. */
export const LossBody = Type.Object(
  {
    kind: Type.Literal("loss"),
    ...stamp,
    at_ms: Type.Integer({ minimum: 0 }),
    dropped: Type.Integer({ minimum: 1 }),
    first_day: Day,
    last_day: Day,
  },
  closed,
);
export type LossBody = Static<typeof LossBody>;

export type StoredBody = IntervalBody | DayBody | SiteBody | LossBody;

export const Seal = Type.Object({ previous: Hex(64), signature: Hex(128) }, closed);

export const Envelope = Type.Object({ body: Type.Unknown(), mac: Hex(64), seal: Type.Optional(Seal) }, closed);
export type Envelope<Body = unknown> = {
  readonly body: Body;
  readonly mac: string;
  readonly seal?: { readonly previous: string; readonly signature: string };
};

/** First words of a gateway, signed by its device key; answered by `welcome` or `refusal`. */
export const HelloBody = Type.Object(
  {
    kind: Type.Literal("hello"),
    gateway: Id,
    epoch: Type.Integer({ minimum: 1 }),
    /** Raw Ed25519 key, hex. */
    public_key: Hex(64),
    /** Raw X25519 key, hex: with the head-end's it gives the MAC key. */
    agreement_key: Hex(64),
    /** One-time enrolment code; absent once enrolled, or where the key is on the head-end's list. */
    code: Type.Optional(Type.String({ minLength: 6, maxLength: 64 })),
  },
  closed,
);
export type HelloBody = Static<typeof HelloBody>;

export const Hello = Type.Object({ body: HelloBody, signature: Hex(128) }, closed);
export type Hello = Static<typeof Hello>;

export const WelcomeBody = Type.Object({ kind: Type.Literal("welcome"), gateway: Id, agreement_key: Hex(64) }, closed);
export type WelcomeBody = Static<typeof WelcomeBody>;

export const RefusalBody = Type.Object(
  {
    kind: Type.Literal("refusal"),
    gateway: Id,
    /** A code of docs/ERRORS.md. */
    code: Type.String(),
    says: Type.String(),
    /** The refused message, where it was one; absent for a refused hello. */
    epoch: Type.Optional(Type.Integer()),
    seq: Type.Optional(Type.Integer()),
  },
  closed,
);
export type RefusalBody = Static<typeof RefusalBody>;

/** These messages are committed in the head-end's database. */
export const AckBody = Type.Object(
  { kind: Type.Literal("ack"), gateway: Id, epoch: Type.Integer(), seqs: Type.Array(Type.Integer()) },
  closed,
);
export type AckBody = Static<typeof AckBody>;

/** Send these UTC days again, both ends included, acknowledged or not: the head-end came back from an older backup. */
export const ResendBody = Type.Object(
  { kind: Type.Literal("resend"), gateway: Id, from_day: Day, to_day: Day },
  closed,
);
export type ResendBody = Static<typeof ResendBody>;

export type DownBody = WelcomeBody | RefusalBody | AckBody | ResendBody;

/**
 * How a profile says that an inverter's output is limited by plain registers. Everything that a controller must know
 * before it trusts such a limit stands beside it: what wears out, what happens in silence, what can be read back.
 */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  Type.Unsafe<Words[number]>(Type.Union(words.map((word) => Type.Literal(word))));

const Address = Type.Integer({ minimum: 0, maximum: 65_535 });
const Text = Type.String({ minLength: 1 });
const Order = Type.Optional(oneOf("msw-first", "lsw-first"));
/** Exact and above 0: a negative scale would turn a lower limit into a higher one. */
const Scale = Type.Optional(Type.String({ pattern: "^(?!0+(\\.0+)?$)\\d+(\\.\\d+)?$" }));
const ReadFunction = Type.Unsafe<3 | 4>(Type.Union([Type.Literal(3), Type.Literal(4)]));
const WriteFunction = Type.Unsafe<6 | 16>(Type.Union([Type.Literal(6), Type.Literal(16)]));

export const LimitType = oneOf("u16", "i16", "u32", "i32", "float32");
export type LimitType = Static<typeof LimitType>;

export const LimitUnit = oneOf("percent", "watts");

const place = { address: Address, type: LimitType, order: Order };
/** `percent` of the rating, or `watts`; one count of the register is `scale` of them. */
const measured = { ...place, unit: LimitUnit, scale: Scale };

export const LimitPlace = Type.Object(measured, closed);
export type LimitPlace = Static<typeof LimitPlace>;

const LimitRead = Type.Object({ ...measured, function: ReadFunction }, closed);
export type LimitRead = Static<typeof LimitRead>;

/** W that can be the rating of this make: a percentage of a rating that was read wrong and too small lets out too much. */
const Ratings = Type.Tuple([Type.Number({ minimum: 1 }), Type.Number({ minimum: 1 })]);
const RatedRead = Type.Object({ ...place, function: ReadFunction, scale: Scale, range: Ratings }, closed);
export type RatedRead = Static<typeof RatedRead>;

/** Fixed words; not written where the register is readable and holds them already. */
export const FixedWrite = Type.Object(
  {
    what: Text,
    address: Address,
    words: Type.Array(Type.Integer({ minimum: 0, maximum: 65_535 }), { minItems: 1, maxItems: 4 }),
    write: WriteFunction,
    /** False where reading it back is refused or says nothing. */
    readable: Type.Optional(Type.Boolean()),
    /** True where the limit works without it, and some firmware refuses it. */
    optional: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type FixedWrite = Static<typeof FixedWrite>;

/** What only the installer may set, mostly since it is kept in a memory that wears out. */
const Required = Type.Object(
  {
    what: Text,
    address: Address,
    words: Type.Array(Type.Integer({ minimum: 0, maximum: 65_535 }), { minItems: 1, maxItems: 4 }),
  },
  closed,
);
export type Required = Static<typeof Required>;

const Silence = Type.Object(
  {
    /** Seconds without a command after which the device acts by itself; one count is `scale` of them. */
    timeout: Type.Optional(Type.Object({ ...place, scale: Scale, write: WriteFunction }, closed)),
    /** What its output then falls to. */
    fallback: Type.Optional(Type.Object({ ...measured, write: WriteFunction }, closed)),
  },
  closed,
);

/** What decides whether a limit can be trusted; the same for SunSpec and for plain registers. */
export const limitFacts = {
  /** Seconds without a write after which the device acts by itself; 0 where it never does, or where no timer is armed. */
  silence_s: Type.Integer({ minimum: 0, maximum: 65_534 }),
  on_silence: oneOf("falls-to-value", "releases", "keeps", "unknown"),
  memory: oneOf("volatile", "eeprom", "unknown"),
  smallest_write_period_ms: Type.Integer({ minimum: 0 }),
  floor: Type.Number({ minimum: 0, maximum: 1 }),
  settle_ms: Type.Integer({ minimum: 0 }),
};

export const RegisterLimit = Type.Object(
  {
    /** The maker's name of the register, with its number: errors and the counter of writes use it. */
    what: Text,
    /** Where the device states its rating in W; the configuration must where this is absent. */
    rated: Type.Optional(RatedRead),
    set: Type.Object(
      {
        ...measured,
        write: WriteFunction,
        /** False where the register cannot be read back, or gives something else than what was written. */
        readable: Type.Optional(Type.Boolean()),
        /** Counts that mean "no limit"; they are never written. */
        released: Type.Optional(Type.Array(Type.Integer())),
      },
      closed,
    ),
    /** Registers that must hold these words: without them the device takes a limit and does not obey it. */
    require: Type.Optional(Type.Array(Required, { minItems: 1 })),
    /** In this order before the first limit, and again whenever the device is found without them. */
    enable: Type.Array(FixedWrite),
    /** After every limit. */
    commit: Type.Array(FixedWrite),
    /** Says whether a limit is in force at all. */
    switch: Type.Optional(Type.Object({ address: Address, function: ReadFunction, on: Type.Integer() }, closed)),
    /** What the device says that it applies, which may differ from what it holds. */
    applied: Type.Optional(LimitRead),
    /** The installer's own limit: read, and never written. */
    static: Type.Optional(LimitRead),
    silence: Type.Optional(Silence),
    ...limitFacts,
  },
  closed,
);
export type RegisterLimit = Static<typeof RegisterLimit>;

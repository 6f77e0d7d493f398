/**
 * What a profile says of a device: one schema, from which come the types, the check and the JSON Schema for editors.
 * Unknown keys are refused, since a misspelt key would silently leave a scale or a sign at its default.
 */
import { channels as channelTable, quantities } from "@csj/quantity";
import { type Static, Type } from "typebox";
import { limitFacts, RegisterLimit } from "./profile-limit.ts";

const closed = { additionalProperties: false } as const;
const literals = (words: readonly string[]) => Type.Union(words.map((word) => Type.Literal(word)));
const oneOf = <const Words extends readonly string[]>(...words: Words) => Type.Unsafe<Words[number]>(literals(words));

const Address = Type.Integer({ minimum: 0, maximum: 65_535 });
const Text = Type.String({ minLength: 1 });
const Quantity = Type.Unsafe<keyof typeof quantities>(literals(Object.keys(quantities)));
const Channel = Type.Unsafe<keyof typeof channelTable>(literals(Object.keys(channelTable)));
/** Lowest and highest value that can be real; outside it a value is unavailable. */
const Range = Type.Tuple([Type.Number(), Type.Number()]);

export const RegisterType = oneOf("u16", "i16", "u32", "i32", "u64", "i64", "float32", "float64");
export type RegisterType = Static<typeof RegisterType>;

export const WordOrder = oneOf("msw-first", "lsw-first");
export type WordOrder = Static<typeof WordOrder>;

export const roles = ["grid", "pv", "inverter"] as const;
export const Role = oneOf(...roles);
export type Role = Static<typeof Role>;

export const Verification = Type.Object(
  {
    /** `manual`: read, never run; `simulator`: runs against the simulated device; `hardware`: tested against the device. */
    status: oneOf("manual", "simulator", "hardware"),
    source: Type.Array(Text, { minItems: 1 }),
    /** What no primary source was found for. */
    unverified: Type.Array(Text),
  },
  closed,
);

export const Quirk = Type.Object({ what: Text, why: Text, source: Type.Optional(Text) }, closed);

/** One read that tells this device from others. */
export const Check = Type.Object(
  {
    what: Text,
    function: Type.Unsafe<3 | 4>(Type.Union([Type.Literal(3), Type.Literal(4)])),
    address: Address,
    type: RegisterType,
    order: Type.Optional(WordOrder),
    scale: Type.Optional(Type.String({ pattern: "^\\d+(\\.\\d+)?$" })),
    range: Type.Optional(Range),
    equals: Type.Optional(Type.Array(Type.Number(), { minItems: 1 })),
    /** True where the device may refuse the register: then a refusal says nothing, and a wrong value still does. */
    optional: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type Check = Static<typeof Check>;

/** Null where the manual does not say. */
const MeterFacts = Type.Object(
  {
    /** How often the device computes its values anew. */
    update_ms: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** From the request to the first byte of the answer. */
    latency_ms: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** Whether the energy registers survive a power cut. */
    registers: oneOf("non-volatile", "volatile", "unknown"),
    /** Of active energy, as the maker states it ("EN 50470 B", "IEC 62053-21 1"). */
    accuracy: Type.Optional(Type.Union([Text, Type.Null()])),
  },
  closed,
);

/** A transformer ratio that the meter holds and does not apply itself. */
const Ratio = Type.Object(
  {
    address: Address,
    type: RegisterType,
    scale: Type.Optional(Type.String({ pattern: "^\\d+(\\.\\d+)?$" })),
    range: Range,
  },
  closed,
);

const head = {
  id: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }),
  name: Text,
  maker: Text,
  models: Type.Array(Text, { minItems: 1 }),
  roles: Type.Array(Role, { minItems: 1 }),
  phases: Type.Union([Type.Literal(1), Type.Literal(3)]),
  verification: Verification,
  serial: Type.Object(
    {
      baud: Type.Integer({ minimum: 300 }),
      parity: oneOf("none", "even", "odd"),
      stop_bits: Type.Union([Type.Literal(1), Type.Literal(2)]),
      unit: Type.Integer({ minimum: 1, maximum: 247 }),
    },
    closed,
  ),
  facts: MeterFacts,
  quirks: Type.Array(Quirk),
};

export const RegisterProfile = Type.Object(
  {
    ...head,
    kind: Type.Literal("registers"),
    bus: Type.Object(
      {
        function: Type.Unsafe<3 | 4>(Type.Union([Type.Literal(3), Type.Literal(4)])),
        order: WordOrder,
        registers_max: Type.Integer({ minimum: 1, maximum: 125 }),
        /** Registers of no interest that may be read along to save a request; 0 where the device refuses gaps. */
        gap_max: Type.Integer({ minimum: 0, maximum: 120 }),
        pipeline: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    /** `largest`: the largest value of the type (signed 0x7FFF…, unsigned 0xFFFF…) means that there is none. */
    invalid: oneOf("none", "largest"),
    /**
     * The meter's values are of its transformers' secondary side: what it shows is to be multiplied. The current ratio counts
     * for currents, powers and energies, the voltage ratio for voltages, powers and energies.
     */
    ratio: Type.Optional(Type.Object({ current: Type.Optional(Ratio), voltage: Type.Optional(Ratio) }, closed)),
    power: Type.Array(
      Type.Object(
        {
          quantity: Quantity,
          address: Address,
          type: RegisterType,
          /** Exact decimal that the register is multiplied by, as text: a YAML 0.1 is no longer exact. */
          scale: Type.Optional(Type.String({ pattern: "^-?\\d+(\\.\\d+)?$" })),
          range: Range,
        },
        closed,
      ),
      { minItems: 1 },
    ),
    energy: Type.Array(
      Type.Object(
        {
          channel: Channel,
          address: Address,
          type: RegisterType,
          /** Wh (varh) in one unit of the register. */
          unit_wh: Type.Integer({ minimum: 1 }),
          /** Decimal digits of the count before it returns to 0. */
          digits: Type.Integer({ minimum: 4, maximum: 15 }),
          /** Smallest change that the register shows. */
          step_wh: Type.Integer({ minimum: 1 }),
        },
        closed,
      ),
    ),
    detect: Type.Array(Check, { minItems: 1 }),
    /** The first entry whose register the device has is the one that is written. */
    limit: Type.Optional(Type.Array(RegisterLimit, { minItems: 1 })),
  },
  closed,
);
export type RegisterProfile = Static<typeof RegisterProfile>;

export const LimiterEntry = Type.Object(
  {
    model: Type.Unsafe<123 | 704>(Type.Union([Type.Literal(123), Type.Literal(704)])),
    ...limitFacts,
    /** `single` where the device refuses function 16. */
    write: oneOf("block", "single"),
    /** False where the device reads back something else than what was written to it. */
    readable: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type LimiterEntry = Static<typeof LimiterEntry>;

const sign = Type.Optional(Type.Unsafe<1 | -1>(Type.Union([Type.Literal(1), Type.Literal(-1)])));

export const Family = Type.Object(
  {
    models: Type.Array(Type.Integer({ minimum: 1, maximum: 65_534 }), { minItems: 1 }),
    power: Type.Array(Type.Object({ quantity: Quantity, point: Text, sign, range: Range }, closed), { minItems: 1 }),
    energy: Type.Array(Type.Object({ channel: Channel, point: Text }, closed)),
  },
  closed,
);
export type Family = Static<typeof Family>;

export const SunSpecProfile = Type.Object(
  {
    ...head,
    kind: Type.Literal("sunspec"),
    /** The first family of which the device has a model is the one that is read. */
    families: Type.Array(Family, { minItems: 1 }),
    /** The first entry of which the device has the model is the one that is written. */
    limiter: Type.Array(LimiterEntry),
    /** The maker's own registers, for a device that has none of the models above. */
    limit: Type.Optional(Type.Array(RegisterLimit, { minItems: 1 })),
    /** How the maker's name begins in model 1; where given, a scan takes no other make for this one. */
    identity: Type.Optional(Type.Object({ maker: Text }, closed)),
  },
  closed,
);
export type SunSpecProfile = Static<typeof SunSpecProfile>;

export type Profile = RegisterProfile | SunSpecProfile;

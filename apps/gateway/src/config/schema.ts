/** A site's configuration: one schema, from which come the types, the check, and the JSON Schema for editors. */
import { Tariff } from "@csj/billing";
import { intervalLengths } from "@csj/reading";
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$", description: "lower-case letters, digits and dashes" });
const Watts = (description: string) => Type.Integer({ minimum: 0, maximum: 10_000_000, description });
const Milliseconds = (description: string) => Type.Integer({ minimum: 0, maximum: 600_000, description });
const oneOf = <const Words extends readonly (string | number)[]>(...words: Words) =>
  Type.Unsafe<Words[number]>(Type.Union(words.map((word) => Type.Literal(word))));

export const BusConfig = Type.Object(
  {
    id: Id,
    address: Type.String({
      description: "tcp://HOST:PORT, rtu+tcp://HOST:PORT or serial:/dev/ttyUSB0?baud=9600&parity=none&stop=1",
    }),
  },
  closed,
);
export type BusConfig = Static<typeof BusConfig>;

export const DeviceConfig = Type.Object(
  {
    id: Id,
    role: oneOf("grid", "pv", "inverter", "battery"),
    profile: Id,
    bus: Id,
    unit: Type.Integer({ minimum: 0, maximum: 255, description: "Modbus unit id" }),
    fuse_a: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: "Fuse per phase in A; 100 where not given" }),
    ),
    wiring: Type.Optional(oneOf("import-is-generation", "export-is-generation")),
    /** Of an inverter or a pv meter. */
    phase: Type.Optional(oneOf("l1", "l2", "l3", "all")),
    rated_w: Type.Optional(Watts("Rating of an inverter that does not say its own, in W")),
    /** Of an inverter: what `csj commission` measured; the profile's facts where not given. */
    dead_time_ms: Type.Optional(Milliseconds("From a write until the output begins to move")),
    tau_ms: Type.Optional(Milliseconds("Time constant of the output's way to a limit")),
    ramp_percent_per_s: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 1000, description: "Of the rating, where the output ramps instead" }),
    ),
  },
  closed,
);
export type DeviceConfig = Static<typeof DeviceConfig>;

const Minute = Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", description: "local time, HH:MM" });
const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

export const ScheduleEntry = Type.Object(
  {
    days: Type.Optional(Type.Array(oneOf(...weekdays), { minItems: 1, description: "every day where not given" })),
    from: Minute,
    /** Not later than `from`: it ends on the next day. */
    to: Minute,
    allowed_w: Watts("What may be exported then, in W; the lower of this and allowed_w counts"),
  },
  closed,
);
export type ScheduleEntry = Static<typeof ScheduleEntry>;

export const RelayConfig = Type.Object(
  {
    bus: Id,
    unit: Type.Integer({ minimum: 0, maximum: 255, description: "Modbus unit id" }),
    coil: Type.Integer({ minimum: 0, maximum: 65_535 }),
    /** The coil's state that lets the inverters feed: a relay that drops out without power has `on`. */
    feeds_when: oneOf("on", "off"),
    opens_within_ms: Type.Optional(Milliseconds("From the write until the inverters are off; 1000 where not given")),
    contact_input: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: "Discrete input that is on while its contacts are closed",
      }),
    ),
    /** Seconds without a write after which the relay opens by itself; 0 where it does not. */
    watchdog_s: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
  },
  closed,
);
export type RelayConfig = Static<typeof RelayConfig>;

export const ExportLimitConfig = Type.Object(
  {
    /** File of @csj/export-limit/standards. */
    standard: Type.Optional(Id),
    basis: Type.Optional(oneOf("net", "per-phase")),
    allowed_w: Watts("What may be exported, in W (on each phase where basis is per-phase); 0 is no export"),
    allowed_a: Type.Optional(
      Type.Number({ minimum: 0, maximum: 10_000, description: "The same in A of a phase; the lower of both counts" }),
    ),
    schedule: Type.Optional(Type.Array(ScheduleEntry, { maxItems: 100 })),
    import_floor_w: Type.Optional(Watts("Import that is kept at the least, in W; 0 where not given")),
    margin_w: Type.Optional(Watts("Kept back against meter error, in W; 0 where not given")),
    safe_limit_w: Type.Optional(Watts("The limit when the input cannot be believed, in W; 0 where not given")),
    rise_percent_per_s: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 100, description: "Of the rating; 2 where not given" }),
    ),
    stale_after_ms: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 600_000, description: "3000 where not given" }),
    ),
    skew_max_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000, description: "500 where not given" })),
    probe_min: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1440, description: "Minutes between two tests of the meter; 5, 0 is none" }),
    ),
    relay: Type.Optional(RelayConfig),
    webhook: Type.Optional(
      Type.String({ pattern: "^https?://", description: "gets each alarm as JSON by POST, and its end" }),
    ),
    maintenance_max_min: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1440, description: "How long maintenance may last; 60 where not given" }),
    ),
  },
  closed,
);
export type ExportLimitConfig = Static<typeof ExportLimitConfig>;

export const GatewayConfig = Type.Object(
  {
    site: Type.Object(
      {
        id: Id,
        name: Type.String({ minLength: 1, maxLength: 80 }),
        zone: Type.String({ description: "IANA time zone of the household's days" }),
      },
      closed,
    ),
    cycle_ms: Type.Optional(Type.Integer({ minimum: 100, maximum: 600_000, description: "1000 where not given" })),
    interval_s: Type.Optional(oneOf(...intervalLengths)),
    time: Type.Optional(Type.Object({ trust: oneOf("always", "systemd") }, closed)),
    buses: Type.Array(BusConfig, { minItems: 1, maxItems: 32 }),
    devices: Type.Array(DeviceConfig, { minItems: 1, maxItems: 64 }),
    export_limit: Type.Optional(ExportLimitConfig),
    tariff: Type.Optional(Tariff),
    head_end: Type.Optional(
      Type.Object(
        {
          broker: Type.String({ pattern: "^(mqtts?|wss?)://", description: "mqtt://HOST:PORT or mqtts://HOST:PORT" }),
          enrolment_code: Type.Optional(Type.String({ minLength: 6, maxLength: 64 })),
          username: Type.Optional(Type.String()),
          password_file: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
    page: Type.Optional(
      Type.Object(
        {
          host: Type.Optional(Type.String({ description: "127.0.0.1 where not given; another one needs token_file" })),
          port: Type.Integer({ minimum: 0, maximum: 65_535 }),
          token_file: Type.Optional(Type.String()),
        },
        closed,
      ),
    ),
    simulated: Type.Optional(Type.Boolean({ description: "True where no real meter is behind it" })),
  },
  closed,
);
export type GatewayConfig = Static<typeof GatewayConfig>;

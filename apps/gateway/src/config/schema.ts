/** A site's configuration: one schema, from which come the types, the check, and the JSON Schema for editors. */
import { Tariff } from "@csj/billing";
import { intervalLengths } from "@csj/reading";
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const Id = Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$", description: "lower-case letters, digits and dashes" });
const Watts = (description: string) => Type.Integer({ minimum: 0, maximum: 10_000_000, description });
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
    role: oneOf("grid", "pv", "inverter"),
    profile: Id,
    bus: Id,
    unit: Type.Integer({ minimum: 0, maximum: 255, description: "Modbus unit id" }),
    fuse_a: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: "Fuse per phase in A; 100 where not given" }),
    ),
    wiring: Type.Optional(oneOf("import-is-generation", "export-is-generation")),
  },
  closed,
);
export type DeviceConfig = Static<typeof DeviceConfig>;

export const ExportLimitConfig = Type.Object(
  {
    allowed_w: Watts("What may be exported, in W; 0 is no export"),
    margin_w: Type.Optional(Watts("Kept back against meter error, in W; 0 where not given")),
    safe_limit_w: Type.Optional(Watts("The limit when the input cannot be believed, in W; 0 where not given")),
    rise_percent_per_s: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 100, description: "Of the rating; 2 where not given" }),
    ),
    stale_after_ms: Type.Optional(
      Type.Integer({ minimum: 100, maximum: 600_000, description: "3000 where not given" }),
    ),
    skew_max_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000, description: "500 where not given" })),
  },
  closed,
);

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

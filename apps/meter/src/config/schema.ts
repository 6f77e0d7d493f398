/** A meter's configuration: one schema, from which come the types, the check, and the JSON Schema for editors. */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const oneOf = <const Words extends readonly (string | number)[]>(...words: Words) =>
  Type.Unsafe<Words[number]>(Type.Union(words.map((word) => Type.Literal(word))));
const Channel = oneOf("u1", "u2", "u3", "u4", "i1", "i2", "i3", "i4");
const Port = Type.Integer({ minimum: 0, maximum: 65_535 });
const Host = Type.Optional(Type.String({ description: "127.0.0.1 where not given" }));

const Load = Type.Object(
  {
    volts: Type.Number({ minimum: 0, maximum: 1000 }),
    amps: Type.Number({ minimum: 0, maximum: 10_000 }),
    lag_deg: Type.Optional(Type.Number({ description: "by which the current lags; 180 exports; 0 where not given" })),
  },
  closed,
);

const Overtone = Type.Object(
  { order: Type.Number({ exclusiveMinimum: 0 }), percent: Type.Number(), degrees: Type.Optional(Type.Number()) },
  closed,
);

export const SimulatedSource = Type.Object(
  {
    kind: Type.Literal("simulated"),
    hertz: Type.Optional(Type.Number({ minimum: 40, maximum: 70, description: "the nominal one where not given" })),
    phases: Type.Array(Load, { minItems: 1, maxItems: 3, description: "one per phase, or one for all" }),
    voltage_overtones: Type.Optional(Type.Array(Overtone, { maxItems: 100 })),
    current_overtones: Type.Optional(Type.Array(Overtone, { maxItems: 100 })),
  },
  closed,
);
export type SimulatedSource = Static<typeof SimulatedSource>;

export const RecordingSource = Type.Object(
  {
    kind: Type.Literal("comtrade"),
    file: Type.String({ description: ".cfg (with its .dat beside it) or .cff" }),
    repeat: Type.Optional(Type.Boolean({ description: "begin anew at its end; false where not given" })),
  },
  closed,
);

const StreamSource = {
  calibration: Type.String({ description: "file that csj calibrate wrote" }),
};
export type RecordingSource = Static<typeof RecordingSource>;

export const TcpSource = Type.Object(
  { kind: Type.Literal("raw-tcp"), host: Type.String(), port: Port, ...StreamSource },
  closed,
);
export const PipeSource = Type.Object(
  { kind: Type.Literal("raw-pipe"), path: Type.String({ description: "file or fifo; - is stdin" }), ...StreamSource },
  closed,
);
export const SerialSource = Type.Object(
  {
    kind: Type.Literal("raw-serial"),
    address: Type.String({ description: "serial:/dev/ttyACM0?baud=4000000" }),
    ...StreamSource,
  },
  closed,
);
export const IioSource = Type.Object(
  {
    kind: Type.Literal("iio"),
    device: Type.String({ description: "folder of the device, as /sys/bus/iio/devices/iio:device0" }),
    buffer: Type.Optional(Type.String({ description: "/dev/iio:deviceN of the folder's name where not given" })),
    channels: Type.Record(Type.String(), Channel, {
      description: "the device's channel, as voltage0, to the meter's, as u1",
    }),
    ...StreamSource,
  },
  closed,
);
export type IioSource = Static<typeof IioSource>;

export const Source = Type.Union([SimulatedSource, RecordingSource, TcpSource, PipeSource, SerialSource, IioSource]);
export type Source = Static<typeof Source>;

const sourceKinds = {
  simulated: SimulatedSource,
  comtrade: RecordingSource,
  "raw-tcp": TcpSource,
  "raw-pipe": PipeSource,
  "raw-serial": SerialSource,
  iio: IioSource,
};
/** The schema of a source by its kind: a union's own refusal would name no key. */
export const sourceSchemas: Readonly<Record<string, (typeof sourceKinds)[keyof typeof sourceKinds]>> = sourceKinds;

const Wiring = oneOf("1p2w", "1p3w", "3p4w", "3p3w");

export const MeterConfig = Type.Object(
  {
    id: Type.String({ pattern: "^[A-Za-z0-9-]{1,31}$", description: "the serial number that it shows" }),
    zone: Type.Optional(Type.String({ description: "IANA time zone of its days and months; UTC where not given" })),
    wiring: Wiring,
    nominal_hertz: oneOf(50, 60),
    nominal_volts: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
    rate: Type.Integer({ minimum: 1000, maximum: 32_000, description: "samples a second of each channel" }),
    channels: Type.Optional(
      Type.Array(Channel, { minItems: 2, maxItems: 8, description: "those of the wiring where not given" }),
    ),
    rating: Type.Object(
      {
        class: oneOf("2", "1", "0.5S", "0.2S"),
        connection: oneOf("direct", "transformer"),
        amps: Type.Number({ exclusiveMinimum: 0, maximum: 10_000, description: "Ib (direct) or In, in A" }),
      },
      closed,
    ),
    source: Type.Object({ kind: Type.String() }, { description: "one of the sources of docs/METER.md" }),
    interval_s: Type.Optional(oneOf(300, 600, 900, 1800, 3600)),
    demand_s: Type.Optional(oneOf(300, 600, 900, 1800, 3600)),
    clock: Type.Optional(oneOf("host", "modbus")),
    generation: Type.Optional(oneOf("none", "pv", "other")),
    protection: Type.Optional(
      Type.Array(Type.String(), { maxItems: 4, description: "profiles of docs/PROTECTION.md; none where not given" }),
    ),
    pin: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 4_294_967_294, description: "unlocks writes; none are taken without it" }),
    ),
    modbus: Type.Object(
      {
        unit: Type.Optional(Type.Integer({ minimum: 1, maximum: 247, description: "1 where not given" })),
        tcp: Type.Optional(Type.Object({ host: Host, port: Port }, closed)),
        serial: Type.Optional(Type.String({ description: "serial:/dev/ttyUSB0?baud=9600&parity=none&stop=1" })),
      },
      closed,
    ),
    inputs: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ pattern: "^[a-z][a-z0-9-]{0,30}$" }),
            gpio: Type.Optional(Type.Object({ chip: Type.String(), line: Type.Integer({ minimum: 0 }) }, closed)),
            coil: Type.Optional(Type.Integer({ minimum: 0, maximum: 63 })),
            open_when: Type.Optional(oneOf("high", "low")),
          },
          closed,
        ),
        { maxItems: 16 },
      ),
    ),
  },
  closed,
);
type Checked = Static<typeof MeterConfig>;
export type MeterConfig = Omit<Checked, "source"> & { readonly source: Source };

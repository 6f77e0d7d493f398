/**
 * The hardware in front of the engine, as data: what somebody reads in the data sheets of an analogue-to-digital
 * converter, a current transformer and a divider. One schema for the presets and for a user's own file.
 */
import { type Static, Type } from "typebox";

const closed = { additionalProperties: false } as const;
const positive = Type.Number({ exclusiveMinimum: 0 });
const notNegative = Type.Number({ minimum: 0 });

export const AdcSpec = Type.Object(
  {
    bits: Type.Integer({ minimum: 8, maximum: 31 }),
    /** V at the input, peak: from -full_scale to +full_scale. */
    full_scale: positive,
    /** LSB RMS, white, each channel by itself. */
    noise_lsb: notNegative,
    /** LSB; each channel has its own within plus or minus this. */
    offset_lsb: notNegative,
    /** Largest bend of the characteristic, LSB: an S with this at a quarter of each side. */
    inl_lsb: Type.Optional(notNegative),
    /** Widest shift of a code's edge, LSB, fixed for each code. */
    dnl_lsb: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Of the sampling clock; a unit has its own within plus or minus this. */
    clock_ppm: notNegative,
    /** RMS, of the moment of sampling. */
    jitter_ns: notNegative,
    /** From one channel to the next, in the order of the scan; 0 for converters that sample together. */
    skew_us: Type.Number(),
  },
  closed,
);
export type AdcSpec = Static<typeof AdcSpec>;

export const DividerSpec = Type.Object(
  {
    /** V at the converter for 1 V of the mains. */
    ratio: positive,
    /** A unit's ratio lies within plus or minus this. */
    tolerance_percent: notNegative,
    /** Change of the ratio with temperature; a unit has its own within plus or minus this. */
    ppm_per_kelvin: notNegative,
    /** Delay of the input filter. */
    delay_us: notNegative,
  },
  closed,
);
export type DividerSpec = Static<typeof DividerSpec>;

/** Errors of a transformer at one current (IEC 61869-2: ratio error and phase displacement, positive where it leads). */
export const CtPoint = Type.Object(
  {
    /** Of the rated current. */
    percent: positive,
    ratio_percent: Type.Number(),
    minutes: Type.Number(),
  },
  closed,
);
export type CtPoint = Static<typeof CtPoint>;

export const CtSpec = Type.Object(
  {
    /** V at the converter for 1 A of the mains. */
    ratio: positive,
    rated_amps: positive,
    tolerance_percent: notNegative,
    ppm_per_kelvin: notNegative,
    delay_us: notNegative,
    /** Against current, by rising percent; between them along the logarithm of the current, flat outside. */
    curve: Type.Array(CtPoint, { minItems: 1 }),
    /** Ohm: winding, the burden for which the curve holds, and the burden that is there. Errors grow with the sum. */
    winding_ohms: notNegative,
    rated_burden_ohms: positive,
    burden_ohms: positive,
    /** Of the rated current, peak of a sine of it at the rated burden: from there the core saturates. */
    saturation_percent: positive,
    /** A split core closes a little differently each time: ratio and phase lie within plus or minus these. */
    remount_percent: Type.Optional(notNegative),
    remount_minutes: Type.Optional(notNegative),
  },
  closed,
);
export type CtSpec = Static<typeof CtSpec>;

export const FrontEndSpec = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    title: Type.String(),
    rate: Type.Integer({ minimum: 1000, maximum: 32_000 }),
    wiring: Type.Union([Type.Literal("1p2w"), Type.Literal("1p3w"), Type.Literal("3p4w")]),
    nominal_hertz: Type.Union([Type.Literal(50), Type.Literal(60)]),
    nominal_volts: positive,
    /** The meter that it becomes: IEC 62053 tables are in parts of Ib (direct) or In (by transformer). */
    rating: Type.Object(
      {
        connection: Type.Union([Type.Literal("direct"), Type.Literal("transformer")]),
        amps: positive,
        max_amps: positive,
        /** Test pulses a kWh. */
        pulses_per_kwh: positive,
      },
      closed,
    ),
    adc: AdcSpec,
    voltage: DividerSpec,
    current: CtSpec,
  },
  closed,
);
export type FrontEndSpec = Static<typeof FrontEndSpec>;

/**
 * A plant of one's own: a YAML file whose sites change what they name and keep the rest of the street's homes, so that a
 * slow inverter or another meter can be tried in three lines. Unknown keys are refused: a misspelt one would silently
 * simulate something else.
 */
import { readFileSync } from "node:fs";
import { Instant, Millis, seconds, Watts } from "@csj/quantity";
import { checked, parseSettings } from "@csj/settings";
import { type Static, Type } from "typebox";
import { worldErrors } from "./errors.ts";
import type { InverterSpec, LimitResponse, MeterSpec, SiteSpec } from "./spec.ts";
import { type Street, type StreetOptions, streetOf } from "./street.ts";

const closed = { additionalProperties: false } as const;
const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  Type.Optional(Type.Unsafe<Words[number]>(Type.Union(words.map((word) => Type.Literal(word)))));
const between = (minimum: number, maximum: number) => Type.Optional(Type.Number({ minimum, maximum }));
const whole = (minimum: number, maximum: number) => Type.Optional(Type.Integer({ minimum, maximum }));

const profiles = [
  "eastron-sdm630",
  "eastron-sdm120",
  "chint-dtsu666",
  "carlo-gavazzi-em340",
  "abb-b23",
  "sunspec-meter",
] as const;

const MeterEntry = Type.Object(
  {
    profile: oneOf(...profiles),
    unit: whole(1, 247),
    update_ms: whole(10, 60_000),
    latency_ms: whole(0, 60_000),
    import_wh: whole(0, 99_999_999_999),
    export_wh: whole(0, 99_999_999_999),
  },
  closed,
);

const InverterEntry = Type.Object(
  {
    control: oneOf("123", "704"),
    unit: whole(1, 247),
    rated_w: whole(100, 32_000),
    dead_time_ms: whole(0, 60_000),
    tau_ms: whole(1, 600_000),
    ramp_percent_per_s: between(0.01, 1000),
    floor_percent: between(0, 100),
    static_limit_percent: between(0, 100),
    memory: oneOf("volatile", "eeprom"),
    boot_s: between(0, 3600),
    update_ms: whole(10, 60_000),
    latency_ms: whole(0, 60_000),
  },
  closed,
);

export const PlantFile = Type.Object(
  {
    sites: Type.Array(
      Type.Object(
        {
          name: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
          zone: Type.Optional(Type.String({ minLength: 1 })),
          fuse_a: between(1, 10_000),
          allowed_export_w: whole(0, 10_000_000),
          grid: Type.Optional(MeterEntry),
          pv: Type.Optional(MeterEntry),
          inverter: Type.Optional(InverterEntry),
          /** Constant; the street's home where it is absent. */
          load_w: between(0, 1_000_000),
          /** Constant; the street's array where it is absent. */
          sun_w: between(0, 1_000_000),
        },
        closed,
      ),
      { minItems: 1, maxItems: 1000 },
    ),
  },
  closed,
);
export type PlantFile = Static<typeof PlantFile>;
type SiteEntry = PlantFile["sites"][number];

const NEVER = Instant(Number.POSITIVE_INFINITY);

/** The street's homes, changed as the file says. */
export function readPlant(file: string, options: StreetOptions): Street {
  const { sites: entries } = parsePlant(textOf(file), file);
  const street = streetOf(entries.length, options);
  const sites = street.sites.map((site, index) => changed(site, entries[index] as SiteEntry));
  const entryOf = new Map(sites.map((site, index) => [site.id, entries[index]]));
  return {
    sites,
    loads: (site) => {
      const watts = entryOf.get(site.id)?.load_w;
      return watts === undefined ? street.loads(site) : () => ({ watts: Watts(watts), until: NEVER });
    },
    pv: (site) => {
      const watts = entryOf.get(site.id)?.sun_w;
      return watts === undefined ? street.pv(site) : () => ({ watts: Watts(watts), slope: 0, until: NEVER });
    },
  };
}

export function parsePlant(text: string, file: string): PlantFile {
  return checked(parseSettings(text, file, worldErrors.WORLD_PLANT_BAD), PlantFile, worldErrors.WORLD_PLANT_BAD);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw worldErrors.WORLD_PLANT_BAD("The file cannot be read.", { file }, error);
  }
}

function changed(site: SiteSpec, entry: SiteEntry): SiteSpec {
  const pv = entry.pv === undefined ? site.pv : meterOf(site.pv ?? { ...site.grid, exportWh: 0, unit: 2 }, entry.pv);
  return {
    ...site,
    name: entry.name ?? site.name,
    zone: entry.zone ?? site.zone,
    fuseA: entry.fuse_a ?? site.fuseA,
    allowedExport: Watts(entry.allowed_export_w ?? site.allowedExport),
    grid: meterOf(site.grid, entry.grid ?? {}),
    ...(pv === undefined ? {} : { pv }),
    inverter: inverterOf(site.inverter, entry.inverter ?? {}),
  };
}

function meterOf(meter: MeterSpec, entry: Static<typeof MeterEntry>): MeterSpec {
  return {
    ...meter,
    profile: entry.profile ?? meter.profile,
    unit: entry.unit ?? meter.unit,
    updatePeriod: Millis(entry.update_ms ?? meter.updatePeriod),
    latency: Millis(entry.latency_ms ?? meter.latency),
    importWh: entry.import_wh ?? meter.importWh,
    exportWh: entry.export_wh ?? meter.exportWh,
  };
}

function inverterOf(inverter: InverterSpec, entry: Static<typeof InverterEntry>): InverterSpec {
  return {
    ...inverter,
    control: entry.control ?? inverter.control,
    unit: entry.unit ?? inverter.unit,
    rated: Watts(entry.rated_w ?? inverter.rated),
    deadTime: Millis(entry.dead_time_ms ?? inverter.deadTime),
    response: responseOf(inverter.response, entry),
    floor: (entry.floor_percent ?? inverter.floor * 100) / 100,
    staticLimit: (entry.static_limit_percent ?? inverter.staticLimit * 100) / 100,
    memory: entry.memory ?? inverter.memory,
    boot: entry.boot_s === undefined ? inverter.boot : seconds(entry.boot_s),
    updatePeriod: Millis(entry.update_ms ?? inverter.updatePeriod),
    latency: Millis(entry.latency_ms ?? inverter.latency),
  };
}

function responseOf(response: LimitResponse, entry: Static<typeof InverterEntry>): LimitResponse {
  if (entry.ramp_percent_per_s !== undefined) return { kind: "ramp", percentPerSecond: entry.ramp_percent_per_s };
  return entry.tau_ms === undefined ? response : { kind: "first-order", tau: Millis(entry.tau_ms) };
}

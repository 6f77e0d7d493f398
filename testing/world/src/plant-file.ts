/**
 * A plant of one's own: a YAML file whose sites change what they name and keep the rest of the street's homes, so that a
 * slow inverter or another meter can be tried in three lines. Unknown keys are refused: a misspelt one would silently
 * simulate something else.
 */
import { readFileSync } from "node:fs";
import { type Instant, Millis, seconds, Watts } from "@csj/quantity";
import { checked, parseSettings } from "@csj/settings";
import { type Static, Type } from "typebox";
import { worldErrors } from "./errors.ts";
import { constantPower, level, type PowerPoint, pointsOf, rising, slopedPower, steppedPower } from "./plant-curves.ts";
import type { LoadCurve, PvCurve } from "./sources/power.ts";
import {
  type BatterySpec,
  INVERTERS_MAX,
  type InverterSpec,
  type LimitResponse,
  type MeterSpec,
  type RelaySpec,
  type SiteSpec,
  withInverters,
} from "./spec.ts";
import { type Street, type StreetOptions, streetOf } from "./street.ts";

const closed = { additionalProperties: false } as const;
const oneOf = <const Words extends readonly string[]>(...words: Words) =>
  Type.Optional(Type.Unsafe<Words[number]>(Type.Union(words.map((word) => Type.Literal(word)))));
const between = (minimum: number, maximum: number) => Type.Optional(Type.Number({ minimum, maximum }));
const whole = (minimum: number, maximum: number) => Type.Optional(Type.Integer({ minimum, maximum }));

const onePhaseOrThree = Type.Optional(Type.Unsafe<1 | 3>(Type.Union([Type.Literal(1), Type.Literal(3)])));

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
    /** Of a sunspec-meter: integers or floats. */
    model: Type.Optional(Type.Unsafe<203 | 213>(Type.Union([Type.Literal(203), Type.Literal(213)]))),
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
    phases: onePhaseOrThree,
    phase: oneOf("l1", "l2", "l3"),
    /** Its part of the site's sun; by rating where it is absent. */
    sun_share: between(0, 1),
  },
  closed,
);

const Name = Type.String({ minLength: 1, maxLength: 400 });
const Points = (key: string, minimum: number) =>
  Type.Optional(
    Type.Union([
      Name,
      Type.Array(
        Type.Object({ at_s: Type.Number({ minimum: 0 }), [key]: Type.Number({ minimum, maximum: 1_000_000 }) }, closed),
        { minItems: 1, maxItems: 100_000 },
      ),
    ]),
  );

const BatteryEntry = Type.Object(
  {
    /** A meter of its own; without one it is seen at the grid only. */
    meter: Type.Optional(MeterEntry),
    phases: onePhaseOrThree,
    phase: oneOf("l1", "l2", "l3"),
    /** Discharging positive. */
    power_w: between(-1_000_000, 1_000_000),
    power: Points("power_w", -1_000_000),
  },
  closed,
);

const RelayEntry = Type.Object(
  {
    unit: whole(1, 247),
    opens_in_ms: whole(0, 60_000),
    /** It drops out by itself after this long without a write; 0 where it does not. */
    watchdog_s: between(0, 3600),
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
          phases: onePhaseOrThree,
          inverter: Type.Optional(InverterEntry),
          /** All of them, where there are several; in the place of `inverter`. */
          inverters: Type.Optional(Type.Array(InverterEntry, { minItems: 1, maxItems: INVERTERS_MAX })),
          battery: Type.Optional(BatteryEntry),
          relay: Type.Optional(RelayEntry),
          /** Constant; the street's home where it is absent. */
          load_w: between(0, 1_000_000),
          /** Constant; the street's array where it is absent. */
          sun_w: between(0, 1_000_000),
          /** In the place of `load_w`: points in seconds from the start, or a CSV file of them. */
          load: Points("load_w", 0),
          sun: Points("sun_w", 0),
          /** Whether the sun goes from point to point in steps or in straight lines; steps where it is absent. */
          sun_shape: oneOf("steps", "lines"),
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

export interface PlantOptions extends StreetOptions {
  /** What a list of points counts its seconds from. */
  readonly start: Instant;
}

/** The street's homes, changed as the file says. */
export function readPlant(file: string, options: PlantOptions): Street {
  const { sites: entries } = parsePlant(textOf(file), file);
  const street = streetOf(entries.length, options);
  const sites = street.sites.map((site, index) => changed(site, entries[index] as SiteEntry));
  const place: Place = { file, start: options.start };
  // Read at once: a list that is wrong is refused before anything runs.
  const curvesOf = new Map(sites.map((site, index) => [site.id, curvesFor(entries[index] as SiteEntry, place)]));
  return {
    sites,
    loads: (site) => curvesOf.get(site.id)?.load ?? street.loads(site),
    pv: (site) => curvesOf.get(site.id)?.sun ?? street.pv(site),
    battery: (site) => curvesOf.get(site.id)?.battery,
  };
}

function curvesFor(entry: SiteEntry, place: Place) {
  return { load: loadOf(entry, place), sun: sunOf(entry, place), battery: batteryPower(entry, place) };
}

interface Place {
  readonly file: string;
  readonly start: Instant;
}

function loadOf(entry: SiteEntry, place: Place): LoadCurve | undefined {
  if (entry.load !== undefined) return steppedPower(listed(entry.load, "load_w", place), place.start);
  return entry.load_w === undefined ? undefined : constantPower(entry.load_w);
}

function sunOf(entry: SiteEntry, place: Place): PvCurve | undefined {
  if (entry.sun === undefined) return entry.sun_w === undefined ? undefined : level(constantPower(entry.sun_w));
  const points = listed(entry.sun, "sun_w", place);
  return entry.sun_shape === "lines" ? slopedPower(points, place.start) : level(steppedPower(points, place.start));
}

function batteryPower(entry: SiteEntry, place: Place): LoadCurve | undefined {
  const battery = entry.battery;
  if (battery?.power !== undefined) return steppedPower(listed(battery.power, "power_w", place), place.start);
  return battery === undefined ? undefined : constantPower(battery.power_w ?? 0);
}

type Listed = string | readonly Readonly<Record<string, number>>[];

function listed(points: Listed, key: string, { file }: Place): readonly PowerPoint[] {
  if (typeof points === "string") return pointsOf(points, file);
  const read = points.map((point) => ({ at_s: point["at_s"] ?? 0, watts: point[key] ?? 0 }));
  return rising(read, () => ({ file }));
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
  const phases = entry.phases ?? site.phases;
  return withInverters(
    {
      ...site,
      name: entry.name ?? site.name,
      zone: entry.zone ?? site.zone,
      fuseA: entry.fuse_a ?? site.fuseA,
      phases,
      ...(phases === site.phases ? {} : { loadShares: phases === 1 ? [1, 0, 0] : [0.4, 0.35, 0.25] }),
      allowedExport: Watts(entry.allowed_export_w ?? site.allowedExport),
      grid: meterOf(site.grid, entry.grid ?? {}),
      ...(pv === undefined ? {} : { pv }),
      ...(entry.battery === undefined ? {} : { battery: batteryOf(site, entry.battery) }),
      ...(entry.relay === undefined ? {} : { relay: relayOf(entry.relay) }),
    },
    (entry.inverters ?? [entry.inverter ?? {}]).map((inverter, index) =>
      inverterOf({ ...site.inverter, unit: site.inverter.unit + index }, inverter),
    ),
  );
}

function batteryOf(site: SiteSpec, { meter, phases, phase }: Static<typeof BatteryEntry>): BatterySpec {
  const base: MeterSpec = { ...site.grid, unit: 3, importWh: 0, exportWh: 0 };
  return {
    phases: phases ?? site.phases,
    ...(phase === undefined ? {} : { phase }),
    ...(meter === undefined ? {} : { meter: meterOf(base, meter) }),
  };
}

function relayOf(entry: Static<typeof RelayEntry>): RelaySpec {
  return {
    unit: entry.unit ?? 1,
    opensIn: Millis(entry.opens_in_ms ?? 100),
    watchdog: seconds(entry.watchdog_s ?? 0),
    latency: Millis(entry.latency_ms ?? 10),
  };
}

function meterOf(meter: MeterSpec, entry: Static<typeof MeterEntry>): MeterSpec {
  return {
    ...meter,
    profile: entry.profile ?? meter.profile,
    ...(entry.model === undefined ? {} : { model: entry.model }),
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
    phases: entry.phases ?? inverter.phases,
    ...(entry.phase === undefined ? {} : { phase: entry.phase }),
    ...(entry.sun_share === undefined ? {} : { sunShare: entry.sun_share }),
  };
}

function responseOf(response: LimitResponse, entry: Static<typeof InverterEntry>): LimitResponse {
  if (entry.ramp_percent_per_s !== undefined) return { kind: "ramp", percentPerSecond: entry.ramp_percent_per_s };
  return entry.tau_ms === undefined ? response : { kind: "first-order", tau: Millis(entry.tau_ms) };
}

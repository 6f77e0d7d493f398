/**
 * A street of homes that differ in what matters to this system: make of meter and its resolution, wiring, phases, size
 * and manners of the inverter. Site 1 has the SDM630 that the examples read. With recorded data site k is load column k
 * and the k-th array that ran; without, both are generated.
 */
import { Millis, seconds, Watts } from "@csj/quantity";
import { worldErrors } from "./errors.ts";
import { drawn, seedOf } from "./seed.ts";
import { household } from "./sources/household.ts";
import type { LoadSource, PvSource } from "./sources/power.ts";
import { type Exact, recordedLoad, recordedPv } from "./sources/recorded.ts";
import { type RecordedDays, readRecordedDays } from "./sources/recorded-files.ts";
import { rooftop } from "./sources/rooftop.ts";
import type { InverterSpec, LimitResponse, MeterProfile, MeterSpec, SiteSpec } from "./spec.ts";

export interface StreetOptions {
  readonly seed: number;
  /** A folder with recorded days; generated homes where it is absent. */
  readonly data?: string;
  /** Which days are played as recorded; none where it is absent. */
  readonly exact?: Exact;
  readonly zone?: string;
}

export interface Street {
  readonly sites: readonly SiteSpec[];
  readonly loads: LoadSource;
  readonly pv: PvSource;
}

const STREET_MAX = 1_000;

export function streetOf(count: number, options: StreetOptions): Street {
  if (!Number.isInteger(count) || count < 1 || count > STREET_MAX) {
    throw worldErrors.WORLD_SITES_REFUSED(`A street has 1 to ${STREET_MAX} sites, not ${count}.`);
  }
  const recorded = options.data === undefined ? undefined : readRecordedDays(options.data);
  const sites = Array.from({ length: count }, (_, index) => siteOf(index, options, recorded));
  const indexOf = new Map(sites.map((site, index) => [site.id, index]));
  const order = (site: SiteSpec) => indexOf.get(site.id) ?? 0;
  const exact = options.exact ?? false;
  return {
    sites,
    loads: (site) => {
      const seed = seedOf(options.seed, site.id, "load");
      const column = recorded?.loads[order(site) % recorded.loads.length];
      return column === undefined ? household(seed) : recordedLoad(column, seed, exact);
    },
    pv: (site) => {
      const seed = seedOf(options.seed, site.id, "sun");
      const column = recorded?.pv[order(site) % recorded.pv.length];
      return column === undefined ? rooftop(peakOf(site.inverter), seed) : recordedPv(column, seed, exact);
    },
  };
}

/** What makes each house of the row its own; the row repeats after its length. */
interface Character {
  readonly meter: MeterProfile;
  readonly model?: 203 | 213;
  readonly pvMeter?: MeterProfile;
  readonly phases: 1 | 3;
  readonly inverterPhases: 1 | 3;
  readonly control: "123" | "704";
  readonly response: LimitResponse;
  readonly deadTime: number;
  readonly floor?: number;
  readonly memory?: "eeprom";
  readonly limitScale: 0 | -1 | -2;
  readonly rated: number;
  readonly allowedExport?: number;
}

const lag = (tauSeconds: number): LimitResponse => ({ kind: "first-order", tau: seconds(tauSeconds) });
const ramp = (percentPerSecond: number): LimitResponse => ({ kind: "ramp", percentPerSecond });

const row: readonly Character[] = [
  {
    meter: "eastron-sdm630",
    phases: 3,
    inverterPhases: 3,
    control: "704",
    response: lag(1),
    deadTime: 0.5,
    limitScale: -2,
    rated: 5000,
  },
  {
    meter: "eastron-sdm120",
    phases: 1,
    inverterPhases: 1,
    control: "704",
    response: lag(0.8),
    deadTime: 0.3,
    limitScale: -2,
    rated: 3680,
  },
  {
    meter: "eastron-sdm120",
    pvMeter: "eastron-sdm120",
    phases: 1,
    inverterPhases: 1,
    control: "123",
    response: lag(1.5),
    deadTime: 0.6,
    limitScale: -2,
    rated: 3680,
  },
  {
    meter: "carlo-gavazzi-em340",
    phases: 3,
    inverterPhases: 3,
    control: "704",
    response: ramp(30),
    deadTime: 0.5,
    limitScale: -1,
    rated: 6000,
  },
  {
    meter: "abb-b23",
    phases: 3,
    inverterPhases: 1,
    control: "704",
    response: lag(1),
    deadTime: 0.4,
    limitScale: -2,
    rated: 3680,
  },
  {
    meter: "chint-dtsu666",
    phases: 3,
    inverterPhases: 3,
    control: "123",
    response: ramp(20),
    deadTime: 0.8,
    limitScale: -2,
    rated: 5000,
  },
  {
    meter: "sunspec-meter",
    model: 203,
    phases: 3,
    inverterPhases: 3,
    control: "704",
    response: lag(1),
    deadTime: 0.5,
    limitScale: -2,
    rated: 8000,
  },
  {
    meter: "eastron-sdm630",
    phases: 3,
    inverterPhases: 1,
    control: "123",
    response: lag(2),
    deadTime: 1,
    limitScale: 0,
    rated: 4000,
  },
  {
    meter: "eastron-sdm120",
    phases: 1,
    inverterPhases: 1,
    control: "704",
    response: lag(0.5),
    deadTime: 0.2,
    limitScale: -2,
    rated: 2500,
    allowedExport: 500,
  },
  {
    meter: "sunspec-meter",
    model: 213,
    phases: 3,
    inverterPhases: 3,
    control: "704",
    response: ramp(50),
    deadTime: 0.5,
    limitScale: -2,
    rated: 5000,
    floor: 0.01,
  },
  {
    meter: "eastron-sdm120",
    phases: 1,
    inverterPhases: 1,
    control: "123",
    response: lag(1),
    deadTime: 0.5,
    limitScale: -1,
    rated: 3000,
    memory: "eeprom",
  },
  {
    meter: "eastron-sdm630",
    pvMeter: "eastron-sdm120",
    phases: 3,
    inverterPhases: 1,
    control: "704",
    response: lag(1),
    deadTime: 0.5,
    limitScale: -2,
    rated: 3680,
  },
];

const names = ["Willow Way", "Mill Lane", "Orchard Close", "Chapel Rise"] as const;

function siteOf(index: number, { seed, zone }: StreetOptions, recorded: RecordedDays | undefined): SiteSpec {
  const character = row[index % row.length] as Character;
  const id = `site-${String(index + 1).padStart(2, "0")}`;
  const one = drawn(0.3, 0.6, seed, id, "l1");
  const two = drawn(0.3, 0.7, seed, id, "l2") * (1 - one);
  const three = character.phases === 3;
  return {
    id,
    name: `${12 + 2 * Math.floor(index / names.length)} ${names[index % names.length]}`,
    zone: zone ?? "Europe/London",
    fuseA: three ? 63 : 80,
    phases: character.phases,
    loadShares: three ? [one, two, 1 - one - two] : [1, 0, 0],
    reactiveShare: drawn(0.05, 0.3, seed, id, "reactive"),
    allowedExport: Watts(character.allowedExport ?? 0),
    grid: meterOf(character.meter, character.model, seed, `${id}-grid`, 1),
    ...(character.pvMeter === undefined
      ? {}
      : { pv: generationMeter(meterOf(character.pvMeter, undefined, seed, `${id}-pv`, 2)) }),
    inverter: inverterOf(character, ratingFor(character, index, recorded), seed, id),
  };
}

/** Large enough for the recorded array, in the steps of the trade. */
function ratingFor(character: Character, index: number, recorded: RecordedDays | undefined): number {
  const column = recorded?.pv[index % recorded.pv.length];
  if (column === undefined) return character.rated;
  const peak = column.reduce((most, watts) => Math.max(most, watts), 0);
  return Math.max(1500, Math.ceil(peak / 500) * 500);
}

function meterOf(
  profile: MeterProfile,
  model: 203 | 213 | undefined,
  seed: number,
  id: string,
  unit: number,
): MeterSpec {
  return {
    profile,
    ...(model === undefined ? {} : { model }),
    unit,
    updatePeriod: Millis(Math.round(drawn(2, 10, seed, id, "update")) * 100),
    latency: Millis(Math.round(drawn(5, 40, seed, id, "latency"))),
    importWh: Math.floor(drawn(2_000_000, 24_000_000, seed, id, "import")),
    exportWh: Math.floor(drawn(100_000, 3_000_000, seed, id, "export")),
  };
}

/** On the solar feeder all energy goes one way; the meter is wired so that it counts as import. */
function generationMeter(meter: MeterSpec): MeterSpec {
  return { ...meter, exportWh: 0 };
}

function inverterOf(character: Character, rated: number, seed: number, id: string): InverterSpec {
  return {
    profile: "sunspec-inverter",
    control: character.control,
    unit: 1,
    rated: Watts(rated),
    deadTime: seconds(character.deadTime),
    response: character.response,
    floor: character.floor ?? 0,
    wake: seconds(5),
    memory: character.memory ?? "volatile",
    staticLimit: 1,
    limitScale: character.limitScale,
    boot: seconds(20),
    updatePeriod: Millis(Math.round(drawn(2, 8, seed, id, "inverter-update")) * 100),
    latency: Millis(Math.round(drawn(10, 50, seed, id, "inverter-latency"))),
    phases: character.inverterPhases,
    generationWh: Math.floor(drawn(1_000_000, 20_000_000, seed, id, "generation")),
  };
}

/** Arrays are a little larger than their inverters, as most are built. */
function peakOf(inverter: InverterSpec): Watts {
  return Watts(inverter.rated * 1.15);
}

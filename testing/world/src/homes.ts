/**
 * The houses of the street, which differ in what matters to this system: make of meter and its resolution, wiring,
 * phases, size and manners of the inverter. House 1 has the SDM630 that the examples read.
 */
import { Millis, seconds, Watts } from "@csj/quantity";
import { drawn } from "./seed.ts";
import type { RecordedDays } from "./sources/recorded-files.ts";
import type { InverterSpec, LimitResponse, MeterProfile, MeterSpec, SiteSpec } from "./spec.ts";

export interface HomeOptions {
  readonly seed: number;
  readonly zone?: string;
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

/** House `index` of the row, from 0. */
export function siteOf(index: number, { seed, zone }: HomeOptions, recorded: RecordedDays | undefined): SiteSpec {
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

/**
 * What a SunSpec inverter shows: models 101 or 103 with 120 to 123, or 701, 702 and 704. Measured power is generation
 * positive. Offsets are the specification's, counted from the model's id.
 */

import type { LimitState } from "../plant/limit-control.ts";
import type { InverterSpec } from "../spec.ts";
import { type Area, type Point, point } from "./image.ts";
import { absent, chainArea, commonModel, type Model, type Placed, place } from "./sunspec-chain.ts";
import { i16, scaled, u16, u32, u64 } from "./words.ts";

export type Running = "sleeping" | "starting" | "following-the-sun" | "throttled" | "standby";

export interface InverterPicture {
  readonly watts: number;
  readonly volts: number;
  readonly hertz: number;
  readonly energyWh: number;
  readonly running: Running;
  /** How much of the rating the limit holds back, 0 to 1. */
  readonly heldBack: number;
  readonly limit: LimitState;
  /** Seconds until the timer acts; 0 where none runs. */
  readonly revertsIn: number;
}

type P = InverterPicture;

const AMPS_SF = -2;
const VOLTS_SF = -1;
const HERTZ_SF = -2;

/** Operating states of the models 101 to 113. */
const state103: Readonly<Record<Running, number>> = {
  sleeping: 2,
  starting: 3,
  "following-the-sun": 4,
  throttled: 5,
  standby: 8,
};
/** Inverter states of model 701. */
const state701: Readonly<Record<Running, number>> = {
  sleeping: 1,
  starting: 2,
  "following-the-sun": 3,
  throttled: 4,
  standby: 7,
};
/** Bit 0 of model 701's throttling source: the maximum active power is limited. */
const THROTTLED_BY_LIMIT = 1;

const phaseAmps = (p: P, phases: number) => p.watts / p.volts / phases;
const amps = scaled(u16, 0.01);
const volts = scaled(u16, 0.1);
const gone16 = (at: number) => point<P>(at, u16, absent.u16);
const goneSigned = (at: number) => point<P>(at, i16, absent.i16);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function model103(spec: InverterSpec): Model<P> {
  const used = range(3, 2 + spec.phases);
  const unused = range(3 + spec.phases, 5);
  return {
    id: spec.phases === 3 ? 103 : 101,
    length: 50,
    points: [
      point(2, amps, (p) => p.watts / p.volts),
      ...used.map((at) => point<P>(at, amps, (p) => phaseAmps(p, spec.phases))),
      ...unused.map(gone16),
      point(6, i16, AMPS_SF),
      ...range(7, 9).map(gone16),
      ...used.map((at) => point<P>(at + 7, volts, (p) => p.volts)),
      ...unused.map((at) => gone16(at + 7)),
      point(13, i16, VOLTS_SF),
      point(14, i16, (p) => p.watts),
      point(15, i16, 0),
      point(16, scaled(u16, 0.01), (p) => p.hertz),
      point(17, i16, HERTZ_SF),
      ...range(18, 23).map(goneSigned),
      point(24, u32, (p) => p.energyWh),
      point(26, i16, 0),
      gone16(27),
      goneSigned(28),
      gone16(29),
      ...range(30, 37).map(goneSigned),
      point(38, u16, (p) => state103[p.running]),
      gone16(39),
    ],
  };
}

function nameplate120(spec: InverterSpec): Model<P> {
  return {
    id: 120,
    length: 26,
    points: [
      point(2, u16, 4),
      point(3, u16, spec.rated),
      point(4, i16, 0),
      point(5, u16, spec.rated),
      point(6, i16, 0),
      ...range(7, 11).map(goneSigned),
      point(12, scaled(u16, 0.01), spec.rated / 230 / spec.phases),
      point(13, i16, -2),
      ...range(14, 18).map(goneSigned),
      ...range(19, 25).map((at) => ((at - 19) % 2 === 0 ? gone16(at) : goneSigned(at))),
      point(26, i16, absent.i16),
      goneSigned(27),
    ],
  };
}

function settings121(spec: InverterSpec): Model<P> {
  return {
    id: 121,
    length: 30,
    points: [
      point(2, u16, spec.rated),
      point(3, volts, 230),
      ...range(4, 4).map(goneSigned),
      ...range(5, 7).map(gone16),
      ...range(8, 11).map(goneSigned),
      gone16(12),
      ...range(13, 16).map(goneSigned),
      ...range(17, 21).map(gone16),
      point(22, i16, 0),
      point(23, i16, VOLTS_SF),
      ...range(24, 31).map(goneSigned),
    ],
  };
}

/** Connected, available and operating. */
const PV_CONNECTED = 7;

const status122: Model<P> = {
  id: 122,
  length: 44,
  points: [
    point(2, u16, PV_CONNECTED),
    point(3, u16, 0),
    point(4, u16, 1),
    point(5, u64, (p) => p.energyWh),
    goneSigned(29),
    goneSigned(30),
    gone16(31),
    goneSigned(32),
    point(35, u32, (p) => (p.limit.enabled ? 1 : 0)),
    gone16(44),
    goneSigned(45),
  ],
};

function controls123(spec: InverterSpec): Model<P> {
  const percent = scaled(u16, 10 ** spec.limitScale);
  return {
    id: 123,
    length: 24,
    points: [
      point(4, u16, 1),
      point(5, percent, (p) => p.limit.share * 100),
      point(7, u16, (p) => p.limit.revertSeconds),
      point(9, u16, (p) => (p.limit.enabled ? 1 : 0)),
      ...[10, 15, 16, 17].map(goneSigned),
      ...[11, 12, 13, 14, 18, 19, 20, 21, 22].map(gone16),
      point(23, i16, spec.limitScale),
      goneSigned(24),
      goneSigned(25),
    ],
  };
}

function measured701(spec: InverterSpec): Model<P> {
  const signed = [12, 13, ...range(35, 40), 42, 43, 44, 65, 66, 67, 88, 89, 90];
  const unsigned = [15, 46, 69, 92];
  return {
    id: 701,
    length: 153,
    points: [
      point(2, u16, spec.phases === 3 ? 2 : 0),
      point(3, u16, (p) => (p.running === "sleeping" ? 0 : 1)),
      point(4, u16, (p) => state701[p.running]),
      point(5, u16, 1),
      point(10, i16, (p) => p.watts),
      point(11, i16, (p) => p.watts),
      ...signed.map(goneSigned),
      point(14, scaled(i16, 0.01), (p) => p.watts / p.volts),
      ...unsigned.map(gone16),
      point(16, volts, (p) => p.volts),
      point(17, scaled(u32, 0.01), (p) => p.hertz),
      point(19, u64, (p) => p.energyWh),
      point(23, u64, 0),
      ...[27, 31].flatMap(goneU64),
      ...[41, 64, 87].flatMap((at, phase) => phase701(spec, at, phase)),
      point(110, u16, (p) => p.heldBack * 100),
      point(111, u32, (p) => (p.running === "throttled" ? THROTTLED_BY_LIMIT : 0)),
      ...[AMPS_SF, VOLTS_SF, HERTZ_SF, 0].map((scale, index) => point<P>(113 + index, i16, scale)),
      goneSigned(117),
      point(118, i16, 0),
      goneSigned(119),
      point(120, i16, 0),
      goneSigned(121),
      goneSigned(122),
    ],
  };
}

/** One phase's watts, amps and volts; a phase that is not wired is not implemented. */
function phase701(spec: InverterSpec, at: number, phase: number): readonly Point<P>[] {
  const energies = [7, 11, 15, 19].flatMap((offset) => goneU64(at + offset));
  if (phase >= spec.phases)
    return [goneSigned(at), goneSigned(at + 1), goneSigned(at + 4), gone16(at + 6), ...energies];
  return [
    point(at, i16, (p) => p.watts / spec.phases),
    goneSigned(at + 1),
    point(at + 4, scaled(i16, 0.01), (p) => phaseAmps(p, spec.phases)),
    point(at + 6, volts, (p) => p.volts),
    ...energies,
  ];
}

function goneU64(at: number): readonly Point<P>[] {
  return range(at, at + 3).map(gone16);
}

function capacity702(spec: InverterSpec): Model<P> {
  const given = new Map([
    [2, spec.rated],
    [7, spec.rated],
    [14, 2300],
    [26, spec.rated],
    [31, spec.rated],
    [38, 2300],
  ]);
  return {
    id: 702,
    length: 50,
    points: [
      ...range(2, 22).map((at) => point<P>(at, u16, given.get(at) ?? absent.u16)),
      point(23, u32, 1),
      ...range(25, 44).map((at) => point<P>(at, u16, given.get(at) ?? absent.u16)),
      point(45, i16, 0),
      goneSigned(46),
      point(47, i16, 0),
      goneSigned(48),
      point(49, i16, VOLTS_SF),
      goneSigned(50),
      goneSigned(51),
    ],
  };
}

function controls704(spec: InverterSpec): Model<P> {
  const percent = scaled(u16, 10 ** spec.limitScale);
  return {
    id: 704,
    length: 65,
    points: [
      ...range(2, 13).map(gone16),
      point(14, u16, (p) => (p.limit.enabled ? 1 : 0)),
      point(15, percent, (p) => p.limit.share * 100),
      point(16, percent, (p) => p.limit.revertShare * 100),
      point(17, u16, (p) => (p.limit.revertEnabled ? 1 : 0)),
      point(18, u32, (p) => p.limit.revertSeconds),
      point(20, u32, (p) => p.revertsIn),
      ...[22, 23, 30, ...range(31, 37), ...range(44, 52), ...range(59, 66)].map(gone16),
      ...[24, 26, 38, 40].map((at) => point<P>(at, u32, 0x80000000)),
      ...[28, 29, 42, 43, 53, 55, 56, 57, 58].map(goneSigned),
      point(54, i16, spec.limitScale),
    ],
  };
}

export interface InverterMap {
  readonly areas: readonly Area<P>[];
  /** Where model 123 or 704 begins. */
  readonly controlsAt: number;
}

export function inverterMap(spec: InverterSpec, serial: string): InverterMap {
  const common = commonModel<P>(`Inverter ${spec.rated} W`, serial, spec.unit);
  const models =
    spec.control === "704"
      ? [common, measured701(spec), capacity702(spec), controls704(spec)]
      : [common, model103(spec), nameplate120(spec), settings121(spec), status122, controls123(spec)];
  const placed: readonly Placed<P>[] = place(models);
  return { areas: [chainArea(placed)], controlsAt: placed.find((model) => `${model.id}` === spec.control)?.at ?? 0 };
}

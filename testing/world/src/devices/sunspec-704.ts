/** Models 701, 702 and 704: those of IEEE 1547-2018, whose limit falls to a reversion value when nobody writes. */
import type { InverterSpec } from "../spec.ts";
import { type Point, point } from "./image.ts";
import {
  AMPS_SF,
  gone16,
  goneSigned,
  HERTZ_SF,
  type InverterPicture,
  phaseAmps,
  type Running,
  range,
  VOLTS_SF,
  volts,
} from "./inverter-picture.ts";
import { absent, type Model } from "./sunspec-chain.ts";
import { i16, scaled, u16, u32, u64 } from "./words.ts";

type P = InverterPicture;

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

export function measured701(spec: InverterSpec): Model<P> {
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

/** One phase's watts, amps and volts; a phase that is not wired is absent. */
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

export function capacity702(spec: InverterSpec): Model<P> {
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

export function controls704(spec: InverterSpec): Model<P> {
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

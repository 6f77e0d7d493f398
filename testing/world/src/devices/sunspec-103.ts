/** Models 101 or 103 and 120 to 123: the inverter models of before 2018, whose timer can only release a limit. */
import type { InverterSpec } from "../spec.ts";
import { point } from "./image.ts";
import {
  AMPS_SF,
  amps,
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

/** Operating states of the models 101 to 113. */
const state103: Readonly<Record<Running, number>> = {
  sleeping: 2,
  starting: 3,
  "following-the-sun": 4,
  throttled: 5,
  standby: 8,
};

export function model103(spec: InverterSpec): Model<P> {
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

export function nameplate120(spec: InverterSpec): Model<P> {
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

export function settings121(spec: InverterSpec): Model<P> {
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

export const status122: Model<P> = {
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

export function controls123(spec: InverterSpec): Model<P> {
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

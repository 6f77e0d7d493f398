/** The makes of meter that the world has: their register map, and how finely each counts. */
import type { EnergyRegisterSpec } from "@csj/metrology";
import type { MeterProfile, MeterSpec, SiteSpec } from "../spec.ts";
import { b23 } from "./abb-b23.ts";
import { em340 } from "./carlo-gavazzi-em340.ts";
import { dtsu666 } from "./chint-dtsu666.ts";
import { sdm120, sdm630 } from "./eastron.ts";
import type { Area } from "./image.ts";
import type { MeterPicture } from "./picture.ts";
import { model203, model213, sunspecMeter } from "./sunspec-meter.ts";

export interface MeterMake {
  readonly name: string;
  /** How its register's steps read, for people. */
  readonly resolution: string;
  readonly areas: readonly Area<MeterPicture>[];
  readonly register: EnergyRegisterSpec;
  /** What a reader of the words makes of a register that holds `wh`. */
  readonly served: (wh: number) => { readonly count: number; readonly perCount: number };
}

/** Counted in Wh and shown as kWh in an IEEE single, which has 24 bits. */
const singleKilowattHours = (wh: number) => ({ count: Math.round(Math.fround(wh / 1000) * 1000), perCount: 1 });
const singleWattHours = (wh: number) => ({ count: Math.fround(wh), perCount: 1 });
const whole = (perCount: number) => (wh: number) => ({ count: Math.floor(wh / perCount), perCount });

const inSingles = { resolution: "1 Wh steps shown in a 32-bit float of kWh", register: { perCount: 1, digits: 10 } };

type Fixed = Exclude<MeterProfile, "sunspec-meter">;

const makes: Readonly<Record<Fixed, MeterMake>> = {
  "eastron-sdm630": { name: "Eastron SDM630", areas: sdm630, served: singleKilowattHours, ...inSingles },
  "eastron-sdm120": { name: "Eastron SDM120", areas: sdm120, served: singleKilowattHours, ...inSingles },
  "chint-dtsu666": {
    name: "Chint DTSU666",
    resolution: "10 Wh steps shown in a 32-bit float of kWh",
    areas: dtsu666,
    register: { perCount: 10, digits: 9 },
    served: singleKilowattHours,
  },
  "carlo-gavazzi-em340": {
    name: "Carlo Gavazzi EM340",
    resolution: "100 Wh steps",
    areas: em340,
    register: { perCount: 100, digits: 9 },
    served: whole(100),
  },
  "abb-b23": {
    name: "ABB B23",
    resolution: "10 Wh steps",
    areas: b23,
    register: { perCount: 10, digits: 10 },
    served: whole(10),
  },
};

export function makeOf(site: SiteSpec, meter: MeterSpec, serial: string): MeterMake {
  if (meter.profile !== "sunspec-meter") return makes[meter.profile];
  const float = meter.model === 213;
  // A signed word holds 32,767 W.
  const scale = site.fuseA * 253 * site.phases > 32_767 ? 1 : 0;
  return {
    name: `SunSpec meter (model ${float ? 213 : 203})`,
    resolution: float ? "1 Wh steps shown in a 32-bit float of Wh" : "1 Wh steps",
    areas: sunspecMeter(float ? model213 : model203(scale), serial, meter.unit),
    register: { perCount: 1, digits: 9 },
    served: float ? singleWattHours : whole(1),
  };
}

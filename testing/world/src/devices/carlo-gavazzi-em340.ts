/**
 * Carlo Gavazzi EM330/340/ET340: function 4 (and 3, which is unverified), 32-bit two's complement with the least
 * significant word first. Energy has steps of 0.1 kWh only.
 */
import { type Area, type Point, point } from "./image.ts";
import { apparent, lineVolts, type MeterPicture, phaseApparent, powerFactor } from "./picture.ts";
import { i16, i32LowFirst, scaled, u16 } from "./words.ts";

type P = MeterPicture;

const tenths = scaled(i32LowFirst, 0.1);
const thousandths = scaled(i32LowFirst, 0.001);

const perPhase = ([0, 1, 2] as const).flatMap((phase): readonly Point<P>[] => {
  const at = 2 * phase;
  return [
    point(0x00 + at, tenths, (p) => p.volts[phase]),
    point(0x0c + at, thousandths, (p) => p.amps[phase]),
    point(0x12 + at, tenths, (p) => p.phaseWatts[phase]),
    point(0x18 + at, tenths, (p) => phaseApparent(p, phase)),
    point(0x1e + at, tenths, (p) => p.phaseVars[phase]),
    point(0x2e + phase, scaled(i16, 0.001), (p) => powerFactor(p.phaseWatts[phase], phaseApparent(p, phase))),
  ];
});

export const em340: readonly Area<P>[] = [
  {
    space: "both",
    from: 0,
    length: 0x60,
    points: [
      ...perPhase,
      point(0x06, tenths, (p) => lineVolts(p.volts, 0, 1)),
      point(0x08, tenths, (p) => lineVolts(p.volts, 1, 2)),
      point(0x0a, tenths, (p) => lineVolts(p.volts, 2, 0)),
      point(0x24, tenths, (p) => (p.volts[0] + p.volts[1] + p.volts[2]) / p.phases),
      point(0x28, tenths, (p) => p.watts),
      point(0x2a, tenths, apparent),
      point(0x2c, tenths, (p) => p.vars),
      point(0x31, scaled(i16, 0.001), (p) => p.powerFactor),
      point(0x33, scaled(u16, 0.1), (p) => p.hertz),
      point(0x34, i32LowFirst, (p) => Math.floor(p.importWh / 100)),
      point(0x36, i32LowFirst, (p) => Math.floor(p.importVarh / 100)),
      point(0x4e, i32LowFirst, (p) => Math.floor(p.exportWh / 100)),
      point(0x50, i32LowFirst, (p) => Math.floor(p.exportVarh / 100)),
    ],
  },
];

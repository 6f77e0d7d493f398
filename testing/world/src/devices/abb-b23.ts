/**
 * ABB B23/B24: function 3, most significant word first. Power and energy have steps of 0.01 W and 0.01 kWh; what the
 * meter does not have reads all ones (unsigned) or 7FFF.. (signed).
 */
import { type Area, type Point, point } from "./image.ts";
import { apparent, lineVolts, type MeterPicture, phaseApparent, powerFactor } from "./picture.ts";
import { i16, i32, scaled, u16, u32, u64 } from "./words.ts";

type P = MeterPicture;

const volts = scaled(u32, 0.1);
const amps = scaled(u32, 0.01);
const power = scaled(i32, 0.01);
const factor = scaled(i16, 0.001);

const perPhase = ([0, 1, 2] as const).flatMap((phase): readonly Point<P>[] => {
  const at = 2 * phase;
  return [
    point(0x5b00 + at, volts, (p) => p.volts[phase]),
    point(0x5b0c + at, amps, (p) => p.amps[phase]),
    point(0x5b16 + at, power, (p) => p.phaseWatts[phase]),
    point(0x5b1e + at, power, (p) => p.phaseVars[phase]),
    point(0x5b26 + at, power, (p) => phaseApparent(p, phase)),
    point(0x5b3b + phase, factor, (p) => powerFactor(p.phaseWatts[phase], phaseApparent(p, phase))),
  ];
});

export const b23: readonly Area<P>[] = [
  {
    space: "holding",
    from: 0x5b00,
    length: 0x42,
    points: [
      ...perPhase,
      point(0x5b06, volts, (p) => lineVolts(p.volts, 0, 1)),
      point(0x5b08, volts, (p) => lineVolts(p.volts, 1, 2)),
      point(0x5b0a, volts, (p) => lineVolts(p.volts, 2, 0)),
      point(0x5b12, u32, 0xffffffff),
      point(0x5b14, power, (p) => p.watts),
      point(0x5b1c, power, (p) => p.vars),
      point(0x5b24, power, apparent),
      point(0x5b2c, scaled(u16, 0.01), (p) => p.hertz),
      point(0x5b3a, factor, (p) => p.powerFactor),
    ],
  },
  {
    space: "holding",
    from: 0x5000,
    length: 0x18,
    points: [
      point(0x5000, u64, (p) => Math.floor(p.importWh / 10)),
      point(0x5004, u64, (p) => Math.floor(p.exportWh / 10)),
      point(0x500c, u64, (p) => Math.floor(p.importVarh / 10)),
      point(0x5010, u64, (p) => Math.floor(p.exportVarh / 10)),
    ],
  },
];

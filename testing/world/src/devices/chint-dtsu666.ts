/**
 * Chint DTSU666: function 3, IEEE single, most significant word first. The measured values are floats that hold tenths
 * or thousandths (2345.6 W reads 23456.0); energy reads plain kWh.
 */
import { type Area, type Point, point } from "./image.ts";
import { lineVolts, type MeterPicture, phaseApparent, powerFactor } from "./picture.ts";
import { float32, type Put, u16 } from "./words.ts";

type P = MeterPicture;

const tenths: Put = (words, index, value) => float32(words, index, value * 10);
const hundredths: Put = (words, index, value) => float32(words, index, value * 100);
const thousandths: Put = (words, index, value) => float32(words, index, value * 1000);

const perPhase = ([0, 1, 2] as const).flatMap((phase): readonly Point<P>[] => {
  const at = 2 * phase;
  return [
    point(0x2006 + at, tenths, (p) => p.volts[phase]),
    point(0x200c + at, thousandths, (p) => p.amps[phase]),
    point(0x2014 + at, tenths, (p) => p.phaseWatts[phase]),
    point(0x201c + at, tenths, (p) => p.phaseVars[phase]),
    point(0x202c + at, thousandths, (p) => powerFactor(p.phaseWatts[phase], phaseApparent(p, phase))),
  ];
});

export const dtsu666: readonly Area<P>[] = [
  {
    space: "holding",
    from: 0x0000,
    length: 0x10,
    // IrAt and, in tenths, UrAt: the transformer ratios of a meter that is connected directly.
    points: [point(0x0006, u16, 1), point(0x0007, u16, 10)],
  },
  {
    space: "holding",
    from: 0x2000,
    length: 0x60,
    points: [
      point(0x2000, tenths, (p) => lineVolts(p.volts, 0, 1)),
      point(0x2002, tenths, (p) => lineVolts(p.volts, 1, 2)),
      point(0x2004, tenths, (p) => lineVolts(p.volts, 2, 0)),
      ...perPhase,
      point(0x2012, tenths, (p) => p.watts),
      point(0x201a, tenths, (p) => p.vars),
      point(0x202a, thousandths, (p) => p.powerFactor),
      point(0x2044, hundredths, (p) => p.hertz),
    ],
  },
  {
    space: "holding",
    from: 0x1000,
    length: 0x60,
    points: [point(0x101e, float32, (p) => p.importWh / 1000), point(0x1028, float32, (p) => p.exportWh / 1000)],
  },
];

/**
 * Eastron SDM630 (three-phase) and SDM120 (single-phase): input registers, function 4, IEEE single with the most
 * significant word first. Energy is shown in kWh, so its step grows beyond 1 Wh above 16,777 kWh, where a single's 24
 * bits end. Reactive energy in kvarh.
 */
import { type Area, type Point, point } from "./image.ts";
import { apparent, lineVolts, type MeterPicture, phaseApparent, powerFactor } from "./picture.ts";
import { float32 } from "./words.ts";

type P = MeterPicture;

const shared: readonly Point<P>[] = [
  point(0x46, float32, (p) => p.hertz),
  point(0x48, float32, (p) => p.importWh / 1000),
  point(0x4a, float32, (p) => p.exportWh / 1000),
  point(0x4c, float32, (p) => p.importVarh / 1000),
  point(0x4e, float32, (p) => p.exportVarh / 1000),
  point(0x156, float32, (p) => (p.importWh + p.exportWh) / 1000),
  point(0x158, float32, (p) => (p.importVarh + p.exportVarh) / 1000),
];

const perPhase = ([0, 1, 2] as const).flatMap((phase): readonly Point<P>[] => {
  const at = 2 * phase;
  return [
    point(at, float32, (p) => p.volts[phase]),
    point(0x06 + at, float32, (p) => p.amps[phase]),
    point(0x0c + at, float32, (p) => p.phaseWatts[phase]),
    point(0x12 + at, float32, (p) => phaseApparent(p, phase)),
    point(0x18 + at, float32, (p) => p.phaseVars[phase]),
    point(0x1e + at, float32, (p) => powerFactor(p.phaseWatts[phase], phaseApparent(p, phase))),
  ];
});

const totals: readonly Point<P>[] = [
  point(0x2a, float32, (p) => (p.volts[0] + p.volts[1] + p.volts[2]) / p.phases),
  point(0x2e, float32, (p) => (p.amps[0] + p.amps[1] + p.amps[2]) / p.phases),
  point(0x30, float32, (p) => p.amps[0] + p.amps[1] + p.amps[2]),
  point(0x34, float32, (p) => p.watts),
  point(0x38, float32, apparent),
  point(0x3c, float32, (p) => p.vars),
  point(0x3e, float32, (p) => p.powerFactor),
  point(0xc8, float32, (p) => lineVolts(p.volts, 0, 1)),
  point(0xca, float32, (p) => lineVolts(p.volts, 1, 2)),
  point(0xcc, float32, (p) => lineVolts(p.volts, 2, 0)),
];

const LENGTH = 0x180;

export const sdm630: readonly Area<P>[] = [
  { space: "input", from: 0, length: LENGTH, points: [...perPhase, ...totals, ...shared] },
];

/** The single-phase meter has its totals where the SDM630 has L1. */
export const sdm120: readonly Area<P>[] = [
  {
    space: "input",
    from: 0,
    length: LENGTH,
    points: [
      point(0x00, float32, (p) => p.volts[0]),
      point(0x06, float32, (p) => p.amps[0]),
      point(0x0c, float32, (p) => p.watts),
      point(0x12, float32, apparent),
      point(0x18, float32, (p) => p.vars),
      point(0x1e, float32, (p) => p.powerFactor),
      ...shared,
    ],
  },
];

/** What a meter shows between two updates of its registers. */
export type Phases = readonly [number, number, number];

export interface MeterPicture {
  /** 1 or 3: with 1, L2 and L3 read 0. */
  readonly phases: 1 | 3;
  /** Import positive. */
  readonly watts: number;
  readonly phaseWatts: Phases;
  readonly vars: number;
  readonly phaseVars: Phases;
  readonly voltAmps: number;
  /** With the sign of the active power. */
  readonly powerFactor: number;
  readonly volts: Phases;
  readonly amps: Phases;
  readonly hertz: number;
  /** The registers, in Wh and varh. */
  readonly importWh: number;
  readonly exportWh: number;
  readonly importVarh: number;
  readonly exportVarh: number;
}

export const apparent = (picture: MeterPicture) => picture.voltAmps;
export const phaseApparent = (picture: MeterPicture, phase: 0 | 1 | 2) =>
  Math.hypot(picture.phaseWatts[phase], picture.phaseVars[phase]);

/** Active over apparent power, with the sign of the active power; 1 where nothing flows. */
export function powerFactor(watts: number, voltAmps: number): number {
  return voltAmps === 0 ? 1 : watts / voltAmps;
}

export const lineVolts = (volts: Phases, from: 0 | 1 | 2, to: 0 | 1 | 2) =>
  Math.sqrt(volts[from] ** 2 + volts[to] ** 2 + volts[from] * volts[to]);

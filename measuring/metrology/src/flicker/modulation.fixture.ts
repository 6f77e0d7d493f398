/** A voltage whose amplitude is modulated, as IEC 61000-4-15 tables it; served as a ring, half a second at a time. */
import { FlickerMeter } from "./meter.ts";

export interface Modulation {
  readonly shape: "sin" | "rect";
  readonly hertz: number;
  /** From trough to crest, per cent of the amplitude. */
  readonly percent: number;
}

export interface Mains {
  readonly volts: 120 | 230;
  readonly hertz: 50 | 60;
  readonly rate: number;
}

/** Runs the meter for this long, looking at Pinst every half second and after; returns the largest once settled. */
export function run(meter: FlickerMeter, mains: Mains, modulation: Modulation, seconds: number, start = 0): number {
  const { rate, volts } = mains;
  const block = rate / 50;
  const ring = { data: Array.from({ length: 8 }, () => new Float64Array(4096)), mask: 4095 };
  const data = ring.data[0]!;
  let largest = 0;
  for (let at = start; at < start + seconds * rate; at += block) {
    for (let k = at; k < at + block; k++) {
      const swing = Math.sin((2 * Math.PI * modulation.hertz * (k + 0.5)) / rate);
      const shape = modulation.shape === "sin" ? swing : swing >= 0 ? 1 : -1;
      const carrier = Math.sin((2 * Math.PI * mains.hertz * k) / rate);
      data[k & 4095] = volts * Math.SQRT2 * (1 + (modulation.percent / 200) * shape) * carrier;
    }
    meter.take(ring, at, at + block);
    if (at - start > 25 * rate) largest = Math.max(largest, meter.instant[0]!);
  }
  return largest;
}

export function meterOf({ rate, hertz, volts }: Mains): FlickerMeter {
  return new FlickerMeter({ rate, channels: ["u1"], nominalHertz: hertz, nominalVolts: volts });
}

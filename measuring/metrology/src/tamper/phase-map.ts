/**
 * Clamps on the wrong phases: a current that belongs to another voltage stands 120 degrees off. One angle proves nothing
 * (a motor without load reaches 75), so all three are looked at together: with the wiring as it is some phase has a power
 * factor that no load keeps up, and exactly one exchange makes all three plausible loads. A plausible load lags by up to
 * 40 degrees or leads by up to 20; wider, three reversed clamps could not be told from three exchanged ones.
 */
import { CURRENT_OFFSET } from "../frame/channel.ts";
import type { WindowRecord } from "../window/record.ts";
import { importsOnly, type TamperSite, type TamperThresholds } from "./site.ts";

/** Voltage that current p would belong to: the three swaps and the two rotations. */
const exchanges = [
  [1, 0, 2],
  [2, 1, 0],
  [0, 2, 1],
  [1, 2, 0],
  [2, 0, 1],
] as const;

/** Power factor below which a phase is doubted: a wrong voltage gives 0.5 and less. */
const WRONG = 0.6;
/** A plausible load stands within 30 degrees of one that lags by 10; cosines and sine of both. */
const NEAR = Math.sqrt(3) / 2;
const LAG_COS = 0.984807753012208;
const LAG_SIN = 0.17364817766693033;
/** Share of the base current that each phase must draw for its angle to count. */
const ANGLE_AMPS = 0.05;

/**
 * For each phase whether its current belongs to another voltage; undefined where it cannot be judged: not three phases
 * live and loaded, or power may leave the site.
 */
export function isPhaseWrong(
  record: WindowRecord,
  site: TamperSite,
  limits: TamperThresholds,
): readonly boolean[] | undefined {
  if (!isJudgeable(record, site, limits)) return undefined;
  if (lowest(record, [0, 1, 2], 1, 0) >= WRONG) return RIGHT;
  const fitting = exchanges.filter((exchange) => lowest(record, exchange, LAG_COS, LAG_SIN) >= NEAR);
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) return undefined;
  return only.map((voltage, phase) => voltage !== phase);
}

const RIGHT: readonly boolean[] = [false, false, false];

function isJudgeable(record: WindowRecord, site: TamperSite, limits: TamperThresholds): boolean {
  if (site.wiring !== "3p4w" || !record.locked || !importsOnly(site, record.at)) return false;
  return [0, 1, 2].every(
    (phase) =>
      record.rms[phase]! > limits.liveVolts * site.nominalVolts &&
      record.rms[phase + CURRENT_OFFSET]! > ANGLE_AMPS * site.baseAmps,
  );
}

/** Smallest cosine of the angle by which a current stands off the expected one, whose cosine and sine are given. */
function lowest(record: WindowRecord, voltages: readonly number[], cos: number, sin: number): number {
  const { re, im } = record;
  let least = 1;
  for (const [phase, u] of voltages.entries()) {
    const i = phase + CURRENT_OFFSET;
    const active = re[u]! * re[i]! + im[u]! * im[i]!;
    const reactive = im[u]! * re[i]! - re[u]! * im[i]!;
    const apparent = Math.sqrt(active * active + reactive * reactive);
    least = Math.min(least, (active * cos + reactive * sin) / apparent);
  }
  return least;
}

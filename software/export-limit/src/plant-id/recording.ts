/** What a limit-step test leaves behind: what was commanded, what the output then was, and nothing interpreted yet. */

/** Both in ms on the monotonic clock and in W. */
export interface Point {
  readonly at: number;
  readonly watts: number;
}

export interface LimitTest {
  readonly rated: number;
  /** Each limit that the inverter confirmed, at the time of its write, oldest first. */
  readonly commands: readonly Point[];
  /** The output, oldest first: as the inverter says it or, better, as a meter of its own sees it. */
  readonly samples: readonly Point[];
}

/** One command with what the output did until the next. */
export interface Stretch {
  readonly command: Point;
  /** Relative to the command, in ms. */
  readonly samples: readonly Point[];
  /** Before the command, and where it had settled at the end. */
  readonly from: number;
  readonly to: number;
  /** How far the last quarter still moved from the third, in W: above the noise it had not settled. */
  readonly drift: number;
}

/** Each stretch needs a third and a last quarter of its own. */
const SAMPLES_MIN = 8;

/** Undefined samples are left out: a failed read is no output of 0. */
export function stretchesOf({ commands, samples }: LimitTest): Stretch[] {
  const good = samples.filter(({ at, watts }) => Number.isFinite(at) && Number.isFinite(watts));
  const stretches: Stretch[] = [];
  commands.forEach((command, index) => {
    const until = commands[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const during = good.filter(({ at }) => at >= command.at && at < until);
    if (during.length < SAMPLES_MIN) return;
    const before = stretches.at(-1)?.to ?? during[0]?.watts ?? 0;
    const quarter = Math.floor(during.length / 4);
    const last = mean(during.slice(-quarter));
    const third = mean(during.slice(-2 * quarter, -quarter));
    const relative = during.map(({ at, watts }) => ({ at: at - command.at, watts }));
    stretches.push({ command, samples: relative, from: before, to: last, drift: Math.abs(last - third) });
  });
  return stretches;
}

export function mean(points: readonly Point[]): number {
  return points.reduce((sum, { watts }) => sum + watts, 0) / points.length;
}

/** The usual time between two samples, in ms: what no fit can be finer than. */
export function samplePeriod(samples: readonly Point[]): number {
  const gaps = samples.slice(1).map(({ at }, index) => at - (samples[index] as Point).at);
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
}

/** Holds what a head-end stored against what the meters served, second by second. */

/** What the head-end gives of a meter: `GET /api/v1/meters/{id}/registers`. */
export interface MeterRegisters {
  readonly channels: Readonly<Record<string, ChannelRegisters>>;
}

export interface ChannelRegisters {
  readonly per_count: number;
  readonly digits: number;
  readonly boundaries: readonly {
    readonly at: string;
    /** Null where the boundary was never read. */
    readonly count: number | null;
    readonly measured_at: string | null;
  }[];
}

/** `GET /api/v1/meters/{id}/intervals`. */
export interface MeterIntervals {
  readonly channels: Readonly<Record<string, readonly StoredInterval[]>>;
}

export interface StoredInterval {
  readonly start: string;
  readonly wh: number | null;
}

/** Counts served, by device and channel, in order of time. */
export type ServedTruth = ReadonlyMap<string, readonly { readonly at: number; readonly count: number }[]>;

export interface RegisterCheck {
  readonly boundaries: number;
  readonly late: number;
  readonly problems: readonly string[];
}

const LATE_AFTER_MS = 2_000;

export function checkRegisters(
  meter: string,
  registers: MeterRegisters,
  intervals: MeterIntervals,
  truth: ServedTruth,
  intervalS: number,
): RegisterCheck {
  const checks = Object.entries(registers.channels).map(([channel, one]) =>
    checkChannel(`${meter} ${channel}`, one, intervals.channels[channel] ?? [], truth, intervalS),
  );
  return {
    boundaries: checks.reduce((sum, { boundaries }) => sum + boundaries, 0),
    late: checks.reduce((sum, { late }) => sum + late, 0),
    problems: checks.flatMap(({ problems }) => problems),
  };
}

function checkChannel(
  name: string,
  { boundaries: all, per_count: perCount, digits }: ChannelRegisters,
  intervals: readonly StoredInterval[],
  truth: ServedTruth,
  intervalS: number,
): RegisterCheck {
  const problems: string[] = [];
  const served = truth.get(name) ?? [];
  if (served.length === 0) problems.push(`${name}: the plant says nothing of it`);
  // What came before the gateway's first read is nobody's loss.
  const boundaries = all.slice(all.findIndex(({ count }) => count !== null));
  if (boundaries.length < 2) problems.push(`${name}: ${boundaries.length} boundaries`);
  const values = new Map(intervals.map(({ start, wh }) => [Date.parse(start), wh]));
  let late = 0;
  for (const [at, boundary] of boundaries.entries()) {
    const before = boundaries[at - 1];
    const instant = Date.parse(boundary.at);
    if (before !== undefined && instant - Date.parse(before.at) !== intervalS * 1000) {
      problems.push(`${name}: nothing between ${before.at} and ${boundary.at}`);
    }
    if (boundary.count === null || boundary.measured_at === null) {
      problems.push(`${name}: ${boundary.at} was never read`);
      continue;
    }
    const measured = Date.parse(boundary.measured_at);
    if (measured - instant > LATE_AFTER_MS) late += 1;
    const fault = outside(served, measured, boundary.count);
    if (fault !== undefined) problems.push(`${name}: ${boundary.at} ${fault}`);
    if (before?.count == null) continue;
    const grown = ((boundary.count - before.count + 10 ** digits) % 10 ** digits) * perCount;
    const value = values.get(Date.parse(before.at));
    if (value !== grown) problems.push(`${name}: ${before.at} has ${value}, its registers differ by ${grown}`);
  }
  return { boundaries: boundaries.length, late, problems };
}

/** A count that the meter cannot have served at that moment: it lies outside of the seconds around it. */
function outside(served: readonly { at: number; count: number }[], at: number, count: number): string | undefined {
  const before = served.findLast((line) => line.at <= at - SLACK_MS);
  const after = served.find((line) => line.at >= at + SLACK_MS);
  if (before !== undefined && count < before.count) return `has ${count}, less than the ${before.count} served before`;
  if (after !== undefined && count > after.count) return `has ${count}, more than the ${after.count} served after`;
  return undefined;
}

/** The gateway's stamp and the plant's line can lie this far apart in simulated time: a cycle and a write. */
const SLACK_MS = 5_000;

interface TruthLine {
  readonly at: string | number;
  readonly devices: Readonly<
    Record<string, { readonly registers: Readonly<Record<string, { readonly count: number }>> }>
  >;
}

/** @param text one JSON object a line; a last line that a kill cut off is passed over */
export function parseTruth(text: string): ServedTruth {
  const truth = new Map<string, { at: number; count: number }[]>();
  for (const line of text.split("\n")) {
    const parsed = parseLine(line);
    if (parsed === undefined) continue;
    const at = typeof parsed.at === "number" ? parsed.at : Date.parse(parsed.at);
    for (const [device, { registers }] of Object.entries(parsed.devices)) {
      for (const [channel, { count }] of Object.entries(registers)) {
        const name = `${device} ${channel}`;
        const list = truth.get(name) ?? [];
        list.push({ at, count });
        truth.set(name, list);
      }
    }
  }
  return truth;
}

function parseLine(line: string): TruthLine | undefined {
  try {
    return line.trim() === "" ? undefined : (JSON.parse(line) as TruthLine);
  } catch {
    return undefined;
  }
}

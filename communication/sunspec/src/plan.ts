/**
 * Which registers to ask for. A value and its scale factor come in one answer, since some devices move the decimal point
 * while they run; and the model's header comes with them where it fits, so that an answer proves which model it is of.
 * In all the tables here a point and its scale factor fit into one request of 125 registers; a test holds that.
 */
import type { FoundModel } from "./discover.ts";
import { pointOf } from "./model.ts";
import { modelOf } from "./models.ts";
import { accumulatorReader, numberReader, type ReadNumber } from "./point.ts";

/** Registers in one answer. */
export const READ_MAX = 125;

export interface PlannedPoint {
  readonly name: string;
  /** Where the value starts in the answer. */
  readonly at: number;
  readonly size: number;
  readonly read: ReadNumber;
  /** The same with an accumulator's 0 taken as 0. */
  readonly readAccumulator: ReadNumber;
  /** Where the scale factor lies in the answer; -1 where there is none. */
  readonly scaleAt: number;
}

export interface PlannedRead {
  readonly address: number;
  readonly count: number;
  /** True where the answer starts with the model's id and length. */
  readonly header: boolean;
  readonly points: readonly PlannedPoint[];
}

export interface ReadPlan {
  readonly reads: readonly PlannedRead[];
  /** Points that lie behind the length which the device gives its model. */
  readonly absent: readonly string[];
}

interface Need {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export function planReads(found: FoundModel, names: readonly string[]): ReadPlan {
  const needs = names.map((name) => needOf(found, name)).sort((a, b) => a.from - b.from);
  const present = needs.filter((need) => need.to <= found.length + 2);
  const absent = needs.filter((need) => need.to > found.length + 2).map((need) => need.name);
  return { reads: grouped(present).map((group) => plannedRead(found, group)), absent };
}

function needOf(found: FoundModel, name: string): Need {
  const model = modelOf(found.id);
  const point = pointOf(model, name);
  const scale = point.scale === undefined ? point : pointOf(model, point.scale);
  const to = Math.max(point.offset + point.size, scale.offset + scale.size);
  return { name, from: Math.min(point.offset, scale.offset), to };
}

function grouped(needs: readonly Need[]): Need[][] {
  const groups: Need[][] = [];
  let to = 0;
  for (const need of needs) {
    const group = groups.at(-1);
    const from = group?.[0]?.from ?? 0;
    if (group !== undefined && Math.max(to, need.to) - from <= READ_MAX) {
      group.push(need);
      to = Math.max(to, need.to);
    } else {
      groups.push([need]);
      to = need.to;
    }
  }
  return groups;
}

function plannedRead(found: FoundModel, group: readonly Need[]): PlannedRead {
  const to = Math.max(...group.map((need) => need.to));
  const header = to <= READ_MAX;
  const from = header ? 0 : (group[0] as Need).from;
  return {
    address: found.address + from,
    count: to - from,
    header,
    points: group.map((need) => plannedPoint(found.id, need.name, from)),
  };
}

const nothing: ReadNumber = () => Number.NaN;

function plannedPoint(id: number, name: string, from: number): PlannedPoint {
  const model = modelOf(id);
  const point = pointOf(model, name);
  return {
    name,
    at: point.offset - from,
    size: point.size,
    read: numberReader(point.type) ?? nothing,
    readAccumulator: accumulatorReader(point.type) ?? nothing,
    scaleAt: point.scale === undefined ? -1 : pointOf(model, point.scale).offset - from,
  };
}

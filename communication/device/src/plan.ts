/** A meter's reads, compiled once: which requests, and for each what its answer is taken apart into. */
import type { ReadRequest } from "@csj/modbus";
import type { ChannelId, Instant, Millis, QuantityId } from "@csj/quantity";
import type { EnergyRead } from "./abilities.ts";

export interface ValueItem {
  readonly quantity: QuantityId;
  /** NaN where the device says that it has none. */
  read(words: Uint16Array): number;
  readonly low: number;
  readonly high: number;
}

export interface EnergyItem {
  readonly channel: ChannelId;
  /** `undefined` where the device says that it has none, or says what no register can hold. */
  read(words: Uint16Array, measuredAt: Instant, measuredMonotonic: Millis): EnergyRead | undefined;
}

export interface Block<Item> {
  readonly request: ReadRequest;
  readonly items: readonly Item[];
  /** SunSpec: id and length with which the answer must start. */
  readonly header?: readonly [id: number, length: number];
}

export interface MeterPlan {
  readonly power: readonly Block<ValueItem>[];
  readonly energy: readonly Block<EnergyItem>[];
  /** What the profile reads and this device does not have, with the reason. */
  readonly absentPower: ReadonlyMap<QuantityId, string>;
  readonly absentEnergy: ReadonlyMap<ChannelId, string>;
}

/** A fixed plan, or one that is found by asking the device and forgotten when the device has changed. */
export interface PlanSource {
  plan(): MeterPlan | Promise<MeterPlan>;
  forget(): void;
}

interface Placed<Item> {
  readonly address: number;
  readonly size: number;
  make(at: number): Item;
}

export interface BlockRules {
  readonly unit: number;
  readonly function: 3 | 4;
  readonly registersMax: number;
  readonly gapMax: number;
  readonly timeout: Millis | undefined;
}

/** Puts neighbours into one request, as far as the device allows. */
export function blocksOf<Item>(placed: readonly Placed<Item>[], rules: BlockRules): Block<Item>[] {
  const sorted = [...placed].sort((a, b) => a.address - b.address);
  const groups: Placed<Item>[][] = [];
  let end = 0;
  for (const next of sorted) {
    const group = groups.at(-1);
    const start = group?.[0]?.address ?? 0;
    const nextEnd = Math.max(end, next.address + next.size);
    if (group !== undefined && next.address - end <= rules.gapMax && nextEnd - start <= rules.registersMax) {
      group.push(next);
      end = nextEnd;
    } else {
      groups.push([next]);
      end = next.address + next.size;
    }
  }
  return groups.map((group) => blockOf(group, rules));
}

function blockOf<Item>(group: readonly Placed<Item>[], rules: BlockRules): Block<Item> {
  const address = (group[0] as Placed<Item>).address;
  const count = Math.max(...group.map((item) => item.address + item.size)) - address;
  const request = { unit: rules.unit, function: rules.function, address, count };
  return {
    request: rules.timeout === undefined ? request : { ...request, timeout: rules.timeout },
    items: group.map((item) => item.make(item.address - address)),
  };
}

/**
 * A meter that follows a plan. One failed request makes its own quantities unavailable and no others; after a failure of
 * the wire the rest is not asked for, so that a dead device costs a cycle one timeout and not one per request.
 */
import { type CodedError, isCoded } from "@csj/fault";
import type { Answer, RegisterAccess } from "@csj/modbus";
import type { ChannelId, Instant, Millis, QuantityId } from "@csj/quantity";
import type { EnergyMeter, EnergyRead, EnergySample, MapVerification, PowerMeter, Sample } from "./abilities.ts";
import { errors } from "./errors.ts";
import type { Block, EnergyItem, PlanSource, ValueItem } from "./plan.ts";

export interface Meter extends PowerMeter, EnergyMeter {
  /** How far its map can be trusted; the warning is to be shown wherever the meter is used. */
  readonly verification?: MapVerification;
}

export interface PlannedMeterOptions {
  readonly id: string;
  readonly channels: readonly ChannelId[];
  readonly access: RegisterAccess;
  readonly source: PlanSource;
  readonly verification: MapVerification;
}

export class PlannedMeter implements Meter {
  readonly id: string;
  readonly channels: readonly ChannelId[];
  readonly verification: MapVerification;
  readonly #access: RegisterAccess;
  readonly #source: PlanSource;

  constructor({ id, channels, access, source, verification }: PlannedMeterOptions) {
    this.id = id;
    this.channels = channels;
    this.verification = verification;
    this.#access = access;
    this.#source = source;
  }

  async readPower(): Promise<Sample> {
    const plan = await this.#source.plan();
    const values = new Map<QuantityId, number>();
    const unavailable = new Map<QuantityId, string>(plan.absentPower);
    let measuredAt = Number.POSITIVE_INFINITY as Instant;
    let measuredMonotonic = Number.POSITIVE_INFINITY as Millis;
    await this.#readAll(plan.power, (block, outcome) => {
      if (typeof outcome === "string") return markValues(block.items, outcome, unavailable);
      takeValues(block.items, outcome.words, values, unavailable);
      if (outcome.receivedAt < measuredAt) measuredAt = outcome.receivedAt;
      if (outcome.receivedMonotonic < measuredMonotonic) measuredMonotonic = outcome.receivedMonotonic;
    });
    return { values, unavailable, measuredAt, measuredMonotonic };
  }

  async readEnergy(): Promise<EnergySample> {
    const plan = await this.#source.plan();
    const registers = new Map<ChannelId, EnergyRead>();
    const unavailable = new Map<ChannelId, string>(plan.absentEnergy);
    await this.#readAll(plan.energy, (block, outcome) => {
      for (const item of block.items) {
        if (typeof outcome === "string") unavailable.set(item.channel, outcome);
        else takeEnergy(item, outcome, registers, unavailable);
      }
    });
    return { registers, unavailable };
  }

  /** Hands each block its answer, or the reason why it has none; rejects with the first error where none has one. */
  async #readAll<Item>(blocks: readonly Block<Item>[], take: (block: Block<Item>, outcome: Answer | string) => void) {
    let failure: unknown;
    let answered = blocks.length === 0;
    for (const block of blocks) {
      if (failure !== undefined && !isRefusal(failure)) {
        take(block, `not asked for after ${nameOf(failure)}`);
        continue;
      }
      try {
        const answer = await this.#access.read(block.request);
        this.#checkHeader(block, answer.words);
        answered = true;
        take(block, answer);
      } catch (error) {
        failure = error;
        take(block, reasonOf(error));
      }
    }
    if (failure !== undefined && isRefusal(failure)) this.#source.forget();
    if (!answered) throw failure;
  }

  #checkHeader<Item>({ header, request }: Block<Item>, words: Uint16Array): void {
    if (header === undefined || (words[0] === header[0] && words[1] === header[1])) return;
    throw errors.DEVICE_MOVED(
      `Address ${request.address} of ${this.id} held SunSpec model ${header[0]} and holds ${words[0]} now.`,
    );
  }
}

function markValues(items: readonly ValueItem[], reason: string, unavailable: Map<QuantityId, string>): void {
  for (const item of items) unavailable.set(item.quantity, reason);
}

function takeValues(
  items: readonly ValueItem[],
  words: Uint16Array,
  values: Map<QuantityId, number>,
  unavailable: Map<QuantityId, string>,
): void {
  for (const item of items) {
    const value = item.read(words);
    if (value >= item.low && value <= item.high) values.set(item.quantity, value);
    else unavailable.set(item.quantity, refusalOf(item, value));
  }
}

function refusalOf(item: ValueItem, value: number): string {
  if (Number.isNaN(value)) return "the device gives no value (absent, invalid or NaN)";
  return `implausible: ${value} is not within ${item.low} to ${item.high}`;
}

function takeEnergy(
  item: EnergyItem,
  answer: Answer,
  registers: Map<ChannelId, EnergyRead>,
  unavailable: Map<ChannelId, string>,
): void {
  const read = item.read(answer.words, answer.receivedAt, answer.receivedMonotonic);
  if (read === undefined) unavailable.set(item.channel, "the register gives no value (absent, invalid or NaN)");
  else registers.set(item.channel, read);
}

/** The device answered, and said no: the next request may still be answered. */
function isRefusal(error: unknown): error is CodedError {
  return isCoded(error) && error.entry.fault === "device";
}

function nameOf(error: unknown): string {
  return isCoded(error) ? error.code : String(error);
}

function reasonOf(error: unknown): string {
  return isCoded(error) ? `${error.code}: ${error.message}` : String(error);
}

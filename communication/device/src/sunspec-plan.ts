/** The plan of a SunSpec device: its models are looked for at the first read, and again after the device has changed. */
import type { RegisterAccess } from "@csj/modbus";
import type { ChannelId, Instant, Millis, QuantityId } from "@csj/quantity";
import { discover, type FoundModel, firstModel, type PlannedPoint, planReads, scaled, words } from "@csj/sunspec";
import type { EnergyRead } from "./abilities.ts";
import { errors } from "./errors.ts";
import type { Block, EnergyItem, MeterPlan, PlanSource, ValueItem } from "./plan.ts";
import type { Family, SunSpecProfile } from "./profile.ts";
import { float32Step } from "./register.ts";
import { turnedRange, unitOf } from "./register-plan.ts";
import { ResumedReads } from "./resumed.ts";
import type { Casting } from "./role.ts";

export interface SunSpecPlanOptions {
  readonly access: RegisterAccess;
  readonly unit: number;
  readonly casting: Casting;
  readonly only: ReadonlySet<QuantityId> | undefined;
  readonly timeout: Millis | undefined;
}

export class SunSpecPlanSource implements PlanSource {
  readonly #profile: SunSpecProfile;
  readonly #options: SunSpecPlanOptions;
  readonly #resumed: ResumedReads;
  #plan: MeterPlan | undefined;
  #finding: Promise<MeterPlan> | undefined;

  constructor(profile: SunSpecProfile, options: SunSpecPlanOptions) {
    this.#profile = profile;
    this.#options = options;
    this.#resumed = new ResumedReads(options.access);
  }

  plan(): MeterPlan | Promise<MeterPlan> {
    if (this.#plan !== undefined) return this.#plan;
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  forget(): void {
    this.#plan = undefined;
  }

  async #find(): Promise<MeterPlan> {
    const { unit, timeout } = this.#options;
    const map = await this.#resumed.attempt(() =>
      discover(this.#resumed, unit, timeout === undefined ? {} : { timeout }),
    );
    for (const family of this.#profile.families) {
      const found = firstModel(map, family.models);
      if (found === undefined) continue;
      this.#plan = sunSpecPlan(family, found, this.#options);
      return this.#plan;
    }
    const has = map.models.map((entry) => entry.id).join(", ");
    throw errors.DEVICE_MODEL_MISSING(
      `Unit ${unit} has the SunSpec models ${has}: none that ${this.#profile.id} reads.`,
    );
  }
}

function sunSpecPlan(family: Family, found: FoundModel, options: SunSpecPlanOptions): MeterPlan {
  const values = castValues(family, options);
  const energies = castEnergies(family, options);
  const power = planReads(found, [...values.keys()]);
  const energy = planReads(found, [...energies.keys()]);
  return {
    power: power.reads.map((read) => block(found, read, options, (point) => valueItems(values.get(point.name), point))),
    energy: energy.reads.map((read) =>
      block(found, read, options, (point) => (energies.get(point.name) ?? []).map((entry) => energyItem(entry, point))),
    ),
    absentPower: absent(power.absent, (name) => values.get(name)?.map((entry) => entry.quantity)),
    absentEnergy: absent(energy.absent, (name) => energies.get(name)),
  };
}

interface CastValue {
  readonly quantity: QuantityId;
  readonly sign: 1 | -1;
  readonly range: readonly [number, number];
}

/** By point, since the same point may serve two quantities. */
function castValues(family: Family, { casting, only }: SunSpecPlanOptions): Map<string, CastValue[]> {
  const cast = new Map<string, CastValue[]>();
  for (const entry of family.power) {
    const role = casting.quantity(entry.quantity);
    if (role === undefined || (only !== undefined && !only.has(role.id))) continue;
    const sign = (role.sign * (entry.sign ?? 1)) as 1 | -1;
    const value = { quantity: role.id, sign, range: turnedRange(entry.range as [number, number], role.sign) };
    cast.set(entry.point, [...(cast.get(entry.point) ?? []), value]);
  }
  return cast;
}

function castEnergies(family: Family, { casting }: SunSpecPlanOptions): Map<string, ChannelId[]> {
  const cast = new Map<string, ChannelId[]>();
  for (const entry of family.energy) {
    const channel = casting.channel(entry.channel);
    if (channel !== undefined) cast.set(entry.point, [...(cast.get(entry.point) ?? []), channel]);
  }
  return cast;
}

function absent<Id>(names: readonly string[], idsOf: (name: string) => readonly Id[] | undefined): Map<Id, string> {
  const reasons = new Map<Id, string>();
  for (const name of names) {
    for (const id of idsOf(name) ?? []) reasons.set(id, `the device's model ends before ${name}`);
  }
  return reasons;
}

function block<Item>(
  found: FoundModel,
  read: ReturnType<typeof planReads>["reads"][number],
  { unit, timeout }: SunSpecPlanOptions,
  itemsOf: (point: PlannedPoint) => readonly Item[],
): Block<Item> {
  const request = { unit, function: 3 as const, address: read.address, count: read.count };
  return {
    request: timeout === undefined ? request : { ...request, timeout },
    items: read.points.flatMap((point) => itemsOf(point)),
    ...(read.header ? { header: [found.id, found.length] as const } : {}),
  };
}

function valueItems(entries: readonly CastValue[] | undefined, point: PlannedPoint): ValueItem[] {
  return (entries ?? []).map(({ quantity, sign, range: [low, high] }) => ({
    quantity,
    low,
    high,
    read(registers) {
      const raw = sign * point.read(registers, point.at);
      return point.scaleAt < 0 ? raw : scaled(raw, words.i16(registers, point.scaleAt));
    },
  }));
}

/** No SunSpec accumulator rolls over at a power of ten; ten digits hold 2^32, and a 64-bit one never gets there. */
const DIGITS_32 = 10;
const DIGITS_64 = 15;

function energyItem(channel: ChannelId, point: PlannedPoint): EnergyItem {
  const unit = unitOf(channel);
  const digits = point.size > 2 ? DIGITS_64 : DIGITS_32;
  const limit = 10 ** digits;
  return {
    channel,
    read(registers: Uint16Array, measuredAt: Instant, measuredMonotonic: Millis): EnergyRead | undefined {
      const raw = point.readAccumulator(registers, point.at);
      const exponent = point.scaleAt < 0 ? 0 : words.i16(registers, point.scaleAt);
      const perCount = exponent > 0 ? scaled(1, exponent) : 1;
      // Finer than 1 Wh is cut off: a register that only grows stays exact in sum.
      const count = Math.floor(exponent < 0 ? scaled(raw, exponent) : raw);
      if (!(count >= 0 && count < limit && perCount <= 1_000_000)) return undefined;
      const step = point.scaleAt < 0 ? Math.max(1, Math.ceil(float32Step(raw))) : 1;
      return { unit, perCount, digits, step, count, measuredAt, measuredMonotonic };
    },
  };
}

/** The plan of a meter whose registers stand at fixed addresses. */
import type { ChannelId, Instant, Millis, QuantityId } from "@csj/quantity";
import { channels, quantities } from "@csj/quantity";
import type { EnergyRead } from "./abilities.ts";
import { factorOf } from "./decimal.ts";
import { type BlockRules, blocksOf, type EnergyItem, type MeterPlan, type ValueItem } from "./plan.ts";
import type { RegisterProfile, RegisterType } from "./profile.ts";
import { noRatios, type Ratios, ratioOf } from "./ratio.ts";
import { float32Step, float64Step, type ReadNumber, registerReader, sizes } from "./register.ts";
import type { Casting } from "./role.ts";

export interface RegisterPlanOptions {
  readonly unit: number;
  readonly casting: Casting;
  readonly only: ReadonlySet<QuantityId> | undefined;
  readonly timeout: Millis | undefined;
}

export function registerPlan(
  profile: RegisterProfile,
  options: RegisterPlanOptions,
  ratios: Ratios = noRatios,
): MeterPlan {
  const rules: BlockRules = {
    unit: options.unit,
    function: profile.bus.function,
    registersMax: profile.bus.registers_max,
    gapMax: profile.bus.gap_max,
    timeout: options.timeout,
  };
  return {
    power: blocksOf(placedValues(profile, options, ratios), rules),
    energy: blocksOf(placedEnergies(profile, options, ratios), rules),
    absentPower: new Map(),
    absentEnergy: new Map(),
  };
}

function placedValues(profile: RegisterProfile, { casting, only }: RegisterPlanOptions, ratios: Ratios) {
  return profile.power.flatMap((entry) => {
    const cast = casting.quantity(entry.quantity);
    if (cast === undefined || (only !== undefined && !only.has(cast.id))) return [];
    const read = registerReader(entry.type, profile.bus.order, profile.invalid);
    const factor = factorOf(entry.scale ?? "1");
    const ratio = ratioOf(quantities[cast.id].unit, ratios);
    const [low, high] = turnedRange([entry.range[0] * ratio, entry.range[1] * ratio], cast.sign);
    const times = factor.times * cast.sign * ratio;
    const make = (at: number): ValueItem => ({
      quantity: cast.id,
      read: (words) => (read(words, at) * times) / factor.over,
      low,
      high,
    });
    return [{ address: entry.address, size: sizes[entry.type], make }];
  });
}

export function turnedRange([low, high]: readonly [number, number], sign: 1 | -1): readonly [number, number] {
  return sign === 1 ? [low, high] : [-high, -low];
}

function placedEnergies(profile: RegisterProfile, { casting }: RegisterPlanOptions, ratios: Ratios) {
  return profile.energy.flatMap((entry) => {
    const channel = casting.channel(entry.channel);
    if (channel === undefined) return [];
    const read = registerReader(entry.type, profile.bus.order, profile.invalid);
    const ratio = ratioOf(unitOf(channel), ratios);
    const shape = { channel, digits: entry.digits, unitWh: entry.unit_wh * ratio, stepWh: entry.step_wh * ratio };
    const floatStep = floatSteps[entry.type];
    const make = (at: number): EnergyItem =>
      floatStep === undefined ? integerEnergy(shape, read, at) : floatEnergy(shape, read, at, floatStep);
    return [{ address: entry.address, size: sizes[entry.type], make }];
  });
}

const floatSteps: Partial<Record<RegisterType, (value: number) => number>> = {
  float32: float32Step,
  float64: float64Step,
};

interface EnergyShape {
  readonly channel: ChannelId;
  readonly digits: number;
  readonly unitWh: number;
  readonly stepWh: number;
}

/** The count is the register itself. */
function integerEnergy(shape: EnergyShape, read: ReadNumber, at: number): EnergyItem {
  const { channel, digits, unitWh } = shape;
  const unit = unitOf(channel);
  const step = Math.max(1, Math.round(shape.stepWh / unitWh));
  const limit = 10 ** digits;
  return {
    channel,
    read(words, measuredAt, measuredMonotonic) {
      const count = read(words, at);
      if (!(count >= 0 && count < limit && Number.isInteger(unitWh))) return undefined;
      return { unit, perCount: unitWh, digits, step, count, measuredAt, measuredMonotonic };
    },
  };
}

/**
 * A float has no count of its own: it is taken in whole Wh, and its step grows with its value, since a float32 of kWh has
 * steps of 2 Wh from 16,384 kWh on and of 8 Wh from 65,536 kWh on.
 */
function floatEnergy(
  shape: EnergyShape,
  read: ReadNumber,
  at: number,
  floatStep: (value: number) => number,
): EnergyItem {
  const { channel, digits, unitWh, stepWh } = shape;
  const unit = unitOf(channel);
  const limit = 10 ** digits;
  return {
    channel,
    read(words: Uint16Array, measuredAt: Instant, measuredMonotonic: Millis): EnergyRead | undefined {
      const value = read(words, at);
      const count = Math.round(value * unitWh);
      if (!(count >= 0 && count < limit)) return undefined;
      const step = Math.max(stepWh, Math.ceil(floatStep(value) * unitWh));
      return { unit, perCount: 1, digits, step, count, measuredAt, measuredMonotonic };
    },
  };
}

export function unitOf(channel: ChannelId): "Wh" | "varh" {
  return quantities[channels[channel]].unit === "varh" ? "varh" : "Wh";
}

/** From a profile and a bus to a device that can be read. Nothing is sent before the first read. */
import type { RegisterAccess } from "@csj/modbus";
import type { ChannelId, Millis, QuantityId } from "@csj/quantity";
import type { MapVerification } from "./abilities.ts";
import { errors } from "./errors.ts";
import { type Meter, PlannedMeter } from "./meter.ts";
import type { PlanSource } from "./plan.ts";
import type { Profile, Role } from "./profile.ts";
import { RatioPlanSource } from "./ratio-plan.ts";
import { registerPlan } from "./register-plan.ts";
import { type Casting, castingOf, type Wiring } from "./role.ts";
import { SunSpecPlanSource } from "./sunspec-plan.ts";

export interface MeterOptions {
  /** The name that errors and samples carry. */
  readonly id: string;
  /** The profile's first role where it is not given. */
  readonly role?: Role;
  /** For the role `pv`: which of the meter's two directions is generation; `import-is-generation` where not given. */
  readonly wiring?: Wiring;
  /** Reads these quantities alone, which on a serial line costs less time than all. */
  readonly only?: readonly QuantityId[];
  readonly timeout?: Millis;
}

export function openMeter(profile: Profile, access: RegisterAccess, unit: number, options: MeterOptions): Meter {
  const role = options.role ?? (profile.roles[0] as Role);
  if (!profile.roles.includes(role)) {
    throw errors.DEVICE_ROLE(
      `${options.id}: profile ${profile.id} has the roles ${profile.roles.join(", ")}, not ${role}.`,
    );
  }
  const casting = castingOf(role, options.wiring ?? "import-is-generation");
  const only = options.only === undefined ? undefined : new Set(options.only);
  const planning = { access, unit, casting, only, timeout: options.timeout };
  const source = profile.kind === "sunspec" ? new SunSpecPlanSource(profile, planning) : fixed(profile, planning);
  const channels = channelsOf(profile, casting);
  return new PlannedMeter({ id: options.id, channels, access, source, verification: meterVerification(profile) });
}

function fixed(
  profile: Profile & { kind: "registers" },
  options: ConstructorParameters<typeof RatioPlanSource>[1],
): PlanSource {
  if (profile.ratio !== undefined) return new RatioPlanSource(profile, options);
  const plan = registerPlan(profile, options);
  return { plan: () => plan, forget: () => {} };
}

/** A wrong scale or sign of the meter is one of the controller: it is seen only against something that is known. */
function meterVerification({ id, verification: { status, unverified } }: Profile): MapVerification {
  if (status === "hardware") return { status, unverified };
  const how = status === "manual" ? "was never run" : "was run against a simulated device only";
  const proof = "prove its sign and scale by a known load, or by the operator's meter";
  return { status, unverified, warning: `Unverified map: ${id} ${how}; ${proof}.` };
}

function channelsOf(profile: Profile, casting: Casting): ChannelId[] {
  const entries = profile.kind === "sunspec" ? profile.families.flatMap((family) => family.energy) : profile.energy;
  const cast = entries.flatMap((entry) => casting.channel(entry.channel) ?? []);
  return [...new Set(cast)];
}

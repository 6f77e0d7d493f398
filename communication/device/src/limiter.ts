/** From a profile to a limiter: through SunSpec's models where the profile names them, else through the maker's registers. */
import type { RegisterAccess } from "@csj/modbus";
import type { PowerLimiter } from "./abilities.ts";
import { errors } from "./errors.ts";
import type { LimiterOptions } from "./limiter-common.ts";
import { RegisterLimiter } from "./limiter-registers.ts";
import { SunSpecLimiter } from "./limiter-sunspec.ts";
import type { Profile } from "./profile.ts";

export type { LimiterOptions } from "./limiter-common.ts";

export function openLimiter(
  profile: Profile,
  access: RegisterAccess,
  unit: number,
  options: LimiterOptions,
): PowerLimiter {
  if (profile.kind === "sunspec" && profile.limiter.length > 0) {
    return new SunSpecLimiter(profile, access, unit, options);
  }
  if (profile.limit !== undefined) return new RegisterLimiter(profile, profile.limit, access, unit, options);
  throw errors.DEVICE_NO_LIMITER(`${options.id}: profile ${profile.id} describes no limit.`);
}

export * from "./abilities.ts";
export * from "./check.ts";
export { errors } from "./errors.ts";
export * from "./limiter.ts";
export type { Meter } from "./meter.ts";
export * from "./open.ts";
export * from "./profile.ts";
export type { Wiring } from "./role.ts";

export { errors } from "./errors.ts";
export * from "./price-day.ts";
export * from "./rational.ts";
export * from "./tariff.ts";

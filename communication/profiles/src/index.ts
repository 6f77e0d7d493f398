export { errors } from "./errors.ts";
export * from "./fixture.ts";
export * from "./load.ts";

export { errors } from "./errors.ts";
export * from "./load.ts";

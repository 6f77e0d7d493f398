export * from "./database.ts";
export { errors } from "./errors.ts";
export * from "./open.ts";

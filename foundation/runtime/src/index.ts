/**
 * The ports through which pure code meets a machine. Each has a real side (`@csj/runtime/node`) and a fake side
 * (`@csj/runtime/fake`) that our own tests and our users' tests share. Nothing here starts by being imported or
 * constructed.
 */
export { runtimeErrors } from "./errors.ts";
export * from "./ports.ts";
export * from "./scaled-clock.ts";

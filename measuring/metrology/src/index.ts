export * from "./energy-register.ts";
export * from "./errors.ts";

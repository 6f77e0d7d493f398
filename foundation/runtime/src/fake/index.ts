export * from "./log.ts";
export * from "./random.ts";
export * from "./time.ts";
export * from "./wire.ts";

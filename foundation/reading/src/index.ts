export * from "./block.ts";
export * from "./interval.ts";
export * from "./quality.ts";
export * from "./register.ts";

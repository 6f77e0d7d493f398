export * from "./check-registers.ts";
export * from "./kill.ts";
export * from "./process.ts";

export * from "./local-day.ts";
export * from "./zone.ts";

export * from "./agreement.ts";
export * from "./clock.ts";
export * from "./crypto.ts";
export * from "./links.ts";
export * from "./log.ts";
export * from "./serial.ts";
export * from "./tcp.ts";
export * from "./zones.ts";

export * from "./agreement.ts";
export * from "./clock.ts";
export * from "./crypto.ts";
export * from "./log.ts";
export * from "./tcp.ts";

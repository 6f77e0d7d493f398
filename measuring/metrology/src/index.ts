export * from "./cycle/record.ts";
export * from "./energy-register.ts";
export * from "./errors.ts";
export * from "./frame/channel.ts";
export * from "./frame/layout.ts";
export * from "./window/record.ts";

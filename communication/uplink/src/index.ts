export * from "./envelope.ts";
export * from "./hello.ts";
export * from "./live.ts";
export * from "./live-history.ts";
export * from "./messages.ts";
export * from "./topics.ts";
export * from "./validate.ts";

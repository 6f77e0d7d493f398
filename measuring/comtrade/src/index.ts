export * from "./cff/write.ts";
export * from "./errors.ts";
export * from "./read.ts";
export * from "./recording.ts";
export { codeMinutes, stampNanoseconds, stampOf, utcNanoseconds } from "./stamp.ts";
export * from "./write.ts";

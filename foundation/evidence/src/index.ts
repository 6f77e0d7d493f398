export * from "./canonical.ts";
export * from "./signed.ts";

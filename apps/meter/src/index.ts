export * from "./errors.ts";
export * from "./store/register-store.ts";

export * from "./config.ts";
export * from "./control.ts";
export { errors } from "./errors.ts";
export * from "./sentence.ts";
export * from "./site.ts";
export * from "./state.ts";
export * from "./step.ts";

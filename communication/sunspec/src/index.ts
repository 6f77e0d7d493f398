export * from "./discover.ts";
export { errors } from "./errors.ts";
export type { Layout, Model, Point, PointType } from "./model.ts";
export { pointOf } from "./model.ts";
export { modelOf, models } from "./models.ts";
export * from "./plan.ts";
export * from "./point.ts";
export * as words from "./words.ts";

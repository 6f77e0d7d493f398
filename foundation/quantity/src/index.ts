export * from "./catalogue.ts";
export * from "./units.ts";

export * from "./abilities.ts";

export { shouldWrite, type Written } from "./writes/policy.ts";

export { shouldWrite, type Written } from "./writes/write-policy.ts";

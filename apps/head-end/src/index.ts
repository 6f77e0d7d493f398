export * from "./config.ts";
export { errors } from "./errors.ts";
export { type HeadEnd, type HeadEndDeps, startHeadEnd } from "./head-end.ts";
export { Ingest } from "./ingest/ingest.ts";
export { KeyRing } from "./ingest/keys.ts";
export type { Incoming, Outcome } from "./ingest/outcome.ts";
export { BATCH_MAX, IN_FLIGHT_MAX } from "./ingest/queue.ts";

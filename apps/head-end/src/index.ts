export * from "./config.ts";
export { errors } from "./errors.ts";
export { type HeadEnd, type HeadEndDeps, startHeadEnd } from "./head-end.ts";
export { KeyRing } from "./ingest/keys.ts";
export { openIngest } from "./ingest/open-ingest.ts";
export type { Incoming, Outcome, Taker } from "./ingest/outcome.ts";
export { BATCH_MAX, IN_FLIGHT_MAX } from "./ingest/queue.ts";

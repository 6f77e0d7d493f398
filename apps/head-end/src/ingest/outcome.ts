import type { CodedError } from "@csj/fault";
import type { DayBody, IntervalBody, LossBody, SiteBody } from "@csj/uplink";

/** Bytes that came on a gateway's topic. */
export interface Incoming {
  readonly gateway: string;
  readonly payload: Uint8Array;
}

/** What is still asked of a body once the database has answered. */
export type SettledBody = SiteBody | LossBody | Pick<DayBody | IntervalBody, "kind" | "epoch" | "seq">;

/** Takes messages in, one outcome for each, in their order. */
export interface Taker {
  take(messages: readonly Incoming[]): Promise<Outcome[]>;
  /** After an enrolment: the gateway's keys are looked up again. */
  forget(gateway: string): void;
}

export type Outcome =
  /** Committed, now or before: the gateway is told. */
  | { readonly kind: "stored"; readonly body: SettledBody }
  /** It will never be stored: the gateway is told why. */
  | { readonly kind: "refused"; readonly body: SettledBody; readonly error: CodedError }
  /** Not from the gateway that it claims to be from, or not readable: nobody is told. */
  | { readonly kind: "dropped"; readonly error: CodedError }
  /** The database failed: the gateway sends it again in its own time. */
  | { readonly kind: "failed"; readonly body: SettledBody; readonly error: unknown };

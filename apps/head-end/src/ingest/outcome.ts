import type { CodedError } from "@csj/fault";
import type { StoredBody } from "@csj/uplink";

/** Bytes that came on a gateway's topic. */
export interface Incoming {
  readonly gateway: string;
  readonly payload: Uint8Array;
}

export type Outcome =
  /** Committed, now or before: the gateway is told. */
  | { readonly kind: "stored"; readonly body: StoredBody }
  /** It will never be stored: the gateway is told why. */
  | { readonly kind: "refused"; readonly body: StoredBody; readonly error: CodedError }
  /** Not from the gateway that it claims to be from, or not readable: nobody is told. */
  | { readonly kind: "dropped"; readonly error: CodedError }
  /** The database failed: the gateway sends it again in its own time. */
  | { readonly kind: "failed"; readonly body: StoredBody; readonly error: unknown };

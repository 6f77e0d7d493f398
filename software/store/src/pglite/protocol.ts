/** What passes between the thread that asks and the thread that PGlite runs in. */
import type { Value } from "../database.ts";

export type Request = { readonly id: number } & (
  | { readonly op: "query"; readonly sql: string; readonly params: readonly (string | null)[] }
  | { readonly op: "script"; readonly sql: string }
  | { readonly op: "copy"; readonly sql: string; readonly rows: Uint8Array<ArrayBuffer> }
  | { readonly op: "syncs" }
  | { readonly op: "close" }
);

export interface Reply {
  readonly id: number;
  readonly rows?: Record<string, Value>[];
  readonly count?: number;
  readonly failure?: Failure;
}

export interface Failure {
  /** SQLSTATE, where the database said one. */
  readonly state: string | undefined;
  readonly says: string;
}

export interface WorkerData {
  readonly folder: string;
  /** `create` makes the data directory and ends; `serve` opens it. */
  readonly mode: "create" | "serve";
}

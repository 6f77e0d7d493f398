import type { CodedError } from "@csj/fault";
import { errors } from "./errors.ts";

/** SQLSTATE 23505, unique_violation. */
const DUPLICATE = "23505";
/** SQLSTATE 40001, serialization_failure, and 40P01, deadlock_detected. */
const CONTENTION = ["40001", "40P01"];
/** Class 22, data exception. */
const DATA = "22";

/** A statement's failure under our own code; the database's words stay in the message. */
export function failed(state: string | undefined, says: string, cause?: unknown): CodedError {
  if (state === DUPLICATE) return errors.STORE_DUPLICATE(says, undefined, cause);
  if (state !== undefined && CONTENTION.includes(state)) return errors.STORE_CONTENTION(says, undefined, cause);
  if (state?.startsWith(DATA)) return errors.STORE_DATA(`${says} (SQLSTATE ${state})`, undefined, cause);
  return errors.STORE_QUERY(state === undefined ? says : `${says} (SQLSTATE ${state})`, undefined, cause);
}

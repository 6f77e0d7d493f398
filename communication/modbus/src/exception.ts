/** Exception answers: Modbus Application Protocol V1.1b3, clause 7. */
import { type CodedError, isCoded } from "@csj/fault";
import { errors } from "./errors.ts";

export const exceptionNames = {
  1: "illegal function",
  2: "illegal data address",
  3: "illegal data value",
  4: "server device failure",
  5: "acknowledge",
  6: "server device busy",
  8: "memory parity error",
  10: "gateway path unavailable",
  11: "gateway target device failed to respond",
} as const;

export type ExceptionCode = keyof typeof exceptionNames;

/** What travels as the `cause` of MODBUS_EXCEPTION. */
export interface ExceptionCause {
  readonly exception: number;
}

export function exceptionError(place: string, code: number): CodedError {
  const name = Object.hasOwn(exceptionNames, code)
    ? exceptionNames[code as ExceptionCode]
    : "a code of the maker's own";
  const cause: ExceptionCause = { exception: code };
  return errors.MODBUS_EXCEPTION(`The device refused with exception ${code} (${name}).`, { path: place }, cause);
}

/** The exception code of a MODBUS_EXCEPTION, undefined for any other error. */
export function exceptionOf(error: unknown): number | undefined {
  if (!isCoded(error, "MODBUS_EXCEPTION")) return undefined;
  return (error.cause as ExceptionCause).exception;
}

/** A decimal factor kept as a fraction, so that 2301 times "0.1" is 230.1 and not 230.10000000000002. */
import { errors } from "./errors.ts";

export interface Factor {
  readonly times: number;
  readonly over: number;
}

const PATTERN = /^(-?)(\d+)(?:\.(\d+))?$/;

export function factorOf(text: string): Factor {
  const parts = PATTERN.exec(text);
  if (parts === null) throw errors.PROFILE_INVALID(`"${text}" is not a decimal number.`);
  const [, minus, whole = "", fraction = ""] = parts;
  const times = Number(whole + fraction) * (minus === "-" ? -1 : 1);
  return { times, over: 10 ** fraction.length };
}

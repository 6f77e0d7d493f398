/** What a command says when it fails, and the exit code that tells a script whose turn it is. */
import { type CodedError, type Fault, isCoded } from "@csj/fault";

const exitCodes: Readonly<Record<Fault, number>> = {
  configuration: 2,
  device: 69,
  wire: 69,
  host: 69,
  peer: 69,
  bug: 70,
};

export function exitCodeOf(error: unknown): number {
  return isCoded(error) ? exitCodes[error.entry.fault] : 70;
}

/** One line for a mistake that we know; the stack for one that we do not. */
export function explain(error: unknown): string {
  if (isCoded(error)) return (error as CodedError).describe();
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

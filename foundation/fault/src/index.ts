/**
 * Coded errors. An operator searches for a code, a retry policy reads a field, and nobody parses a sentence: so every
 * error that leaves a package has a stable code, says whose fault it is, whether trying again can help, and what to do.
 *
 * Each package lists its codes once, in its own `errors.ts`, with `defineErrors`. docs/ERRORS.md holds the same list;
 * `tidy` proves that the two are equal and that no code is listed twice. A retired code is never used again.
 */

/** Whose fault it is, which is where the reader should look first. */
export type Fault =
  /** what the operator wrote: a file, a flag, a request */
  | "configuration"
  /** a meter or an inverter said no, or said nonsense */
  | "device"
  /** bytes were lost, damaged, late or foreign */
  | "wire"
  /** this machine: disk, memory, port, permission */
  | "host"
  /** another program: the broker, the database, the head-end */
  | "peer"
  /** ours: please report */
  | "bug";

export interface ErrorEntry {
  readonly fault: Fault;
  /** True where the same call may succeed later with nothing changed. */
  readonly retry: boolean;
  /** What the reader can do, as a sentence. */
  readonly help: string;
}

/** The place of the mistake: a file with line and column, a bus and unit, a register. */
export interface Where {
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  readonly path?: string;
}

export class CodedError extends Error {
  override readonly name = "CodedError";
  readonly code: string;
  readonly entry: ErrorEntry;
  readonly where: Where | undefined;

  constructor(code: string, entry: ErrorEntry, what: string, where?: Where, cause?: unknown) {
    super(what, cause === undefined ? undefined : { cause });
    this.code = code;
    this.entry = entry;
    this.where = where;
  }

  /** One line for a person: code, place, what is wrong, what to do. */
  describe(): string {
    const place = describeWhere(this.where);
    return `${this.code}${place === "" ? "" : ` at ${place}`}: ${this.message} ${this.entry.help}`;
  }
}

export function isCoded(error: unknown, code?: string): error is CodedError {
  return error instanceof CodedError && (code === undefined || error.code === code);
}

/** Makes one thrower's constructor per code: `throw errors.MODBUS_CRC("…")`. */
export function defineErrors<const Table extends Record<string, ErrorEntry>>(
  table: Table,
): { readonly [Code in keyof Table]: (what: string, where?: Where, cause?: unknown) => CodedError } {
  const made: Record<string, (what: string, where?: Where, cause?: unknown) => CodedError> = {};
  for (const [code, entry] of Object.entries(table)) {
    made[code] = (what, where, cause) => new CodedError(code, entry, what, where, cause);
  }
  return made as { readonly [Code in keyof Table]: (what: string, where?: Where, cause?: unknown) => CodedError };
}

function describeWhere(where: Where | undefined): string {
  if (where === undefined) return "";
  const spot = where.line === undefined ? "" : `:${where.line}${where.column === undefined ? "" : `:${where.column}`}`;
  const file = where.file === undefined ? "" : `${where.file}${spot}`;
  return [file, where.path ?? ""].filter((part) => part !== "").join(" ");
}

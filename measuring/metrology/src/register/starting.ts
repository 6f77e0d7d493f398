/**
 * From what current a meter must register, and that it must not register without load. Limits of IEC 62053-21:2003 and
 * -22:2003, 8.3, as parts of the basic (direct) or rated (through a transformer) current; from memory of the tables and not
 * verified against the text.
 *
 * We register from half of the starting current on: at the starting current a meter has to run although its sensors err,
 * and noise has to stay below where no current flows.
 */
export type ActiveClass = "2" | "1" | "0.5S" | "0.2S";
export type Connection = "direct" | "transformer";

export const startingParts: Readonly<Record<ActiveClass, Readonly<Record<Connection, number>>>> = {
  "2": { direct: 0.005, transformer: 0.003 },
  "1": { direct: 0.004, transformer: 0.002 },
  "0.5S": { direct: 0.001, transformer: 0.001 },
  "0.2S": { direct: 0.001, transformer: 0.001 },
};

export const STARTING_VERIFIED = false;

const REGISTERED_FROM = 0.5;

/** The current in A below which nothing of a phase is registered. */
export function noLoadAmps(activeClass: ActiveClass, connection: Connection, ratedAmps: number): number {
  return startingParts[activeClass][connection] * ratedAmps * REGISTERED_FROM;
}

/** The time that a read takes on a serial line that nobody wastes: Modbus over Serial Line V1.02, clause 2.5.1.1. */
/** A start bit, eight data bits, no parity, a stop bit. */
export const BITS = 10;
/** How long the device takes to think. */
export const LATENCY_MS = 2;

const FIXED_ABOVE_BAUD = 19_200;
const REQUEST_AND_ANSWER = 8 + 5;

/** 3.5 characters, 1.75 ms above 19,200 baud. */
export function silence(baud: number): number {
  return baud > FIXED_ABOVE_BAUD ? 1.75 : ((3.5 * BITS) / baud) * 1_000;
}

/** Milliseconds for one read: its characters, two silences, the device's latency. */
export function idealRead(baud: number, registers: number): number {
  return (((REQUEST_AND_ANSWER + 2 * registers) * BITS) / baud) * 1_000 + 2 * silence(baud) + LATENCY_MS;
}

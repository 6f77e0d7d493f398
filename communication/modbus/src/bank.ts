/** What a device must know to be served over Modbus: its registers, as the server asks for them. */
import type { Request } from "./pdu.ts";

/** 1 to 255; see `exceptionNames`. */
export type Refusal = number;

/**
 * One device. A method that is absent, or that gives a number, is answered with an exception: 1 (illegal function) for
 * what is absent, else that number. A write gives undefined when it was done.
 */
export interface RegisterBank {
  readHolding?(address: number, count: number): Uint16Array | Refusal;
  readInput?(address: number, count: number): Uint16Array | Refusal;
  writeHolding?(address: number, words: ArrayLike<number>): Refusal | undefined;
  readCoils?(address: number, count: number): readonly boolean[] | Refusal;
  readDiscrete?(address: number, count: number): readonly boolean[] | Refusal;
  writeCoils?(address: number, bits: readonly boolean[]): Refusal | undefined;
  readFile?(file: number, record: number, count: number): Uint16Array | Refusal;
  /** Device identification: object id to its bytes. */
  identification?(): ReadonlyMap<number, Uint8Array>;
  /** Milliseconds until the answer to this request leaves; 0 where it is absent. */
  latency?(request: Request): number;
}

/** The devices behind one link, by unit id; undefined for a unit that nobody has. */
export type UnitLookup = (unit: number) => RegisterBank | undefined;

/** One device, alone on its link, whatever the unit id (usual over TCP). */
export const anyUnit =
  (bank: RegisterBank): UnitLookup =>
  () =>
    bank;

export const oneUnit =
  (unit: number, bank: RegisterBank): UnitLookup =>
  (asked) =>
    asked === unit ? bank : undefined;

export const unitsOf =
  (units: ReadonlyMap<number, RegisterBank>): UnitLookup =>
  (unit) =>
    units.get(unit);

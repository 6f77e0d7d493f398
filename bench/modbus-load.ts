/** What the Modbus bench asks and what it must be told: served words are computed from their address, so each is checked. */
export const UNIT = 1;
const ADDRESSES = 4_096;

export function wordAt(address: number): number {
  return (address * 40_503 + 12_345) & 0xffff;
}

export function wordsAt(address: number, count: number): Uint16Array {
  return Uint16Array.from({ length: count }, (_, index) => wordAt(address + index));
}

/** Every word that can be asked for, computed once: checking must not cost more than reading. */
export const served = wordsAt(0, ADDRESSES + 256);

/** The n-th read's address. */
export function addressOf(index: number): number {
  return (index * 61) % ADDRESSES;
}

export function check(subject: string, address: number, count: number, words: ArrayLike<number>): void {
  let same = words.length === count;
  for (let index = 0; same && index < count; index += 1) same = words[index] === served[address + index];
  if (!same) throw new Error(`${subject} read wrong registers at ${address}`);
}

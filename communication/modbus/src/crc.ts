/** CRC-16 of Modbus over Serial Line V1.02, clause 2.5.1.2: polynomial A001 reflected, preset FFFF, low byte first. */
const table = new Uint16Array(256);
for (let index = 0; index < 256; index += 1) {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xa001 : value >>> 1;
  table[index] = value;
}

export function crc16(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffff;
  for (let index = start; index < end; index += 1) crc = (crc >>> 8) ^ table[(crc ^ bytes[index]!) & 0xff]!;
  return crc;
}

/** True if the last two bytes before `end` are the CRC of what is before them. */
export function crcHolds(bytes: Uint8Array, start: number, end: number): boolean {
  const crc = crc16(bytes, start, end - 2);
  return bytes[end - 2] === (crc & 0xff) && bytes[end - 1] === crc >>> 8;
}

/** Writes the CRC of [start, end) at `end`, low byte first. */
export function putCrc(bytes: Uint8Array, start: number, end: number): void {
  const crc = crc16(bytes, start, end);
  bytes[end] = crc & 0xff;
  bytes[end + 1] = crc >>> 8;
}

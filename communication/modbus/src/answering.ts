/** A request against a device: the body of the answer, or the exception that the specification asks for. */
import type { Refusal, RegisterBank } from "./bank.ts";
import type {
  AnswerBody,
  FileRecord,
  Identification,
  MaskWrite,
  ReadIdentification,
  ReadWrite,
  Request,
} from "./pdu.ts";

const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const DEVICE_FAILURE = 4;
const OBJECTS_BYTES_MAX = 240;
/** Basic, regular and extended identification, both as a stream and object by object. */
const CONFORMITY = 0x83;
const LEVEL_LAST_OBJECT = { 1: 0x02, 2: 0x7f, 3: 0xff } as const;

export function bodyOf(bank: RegisterBank, request: Request): AnswerBody | Refusal {
  switch (request.function) {
    case 1:
      return bank.readCoils?.(request.address, request.count) ?? ILLEGAL_FUNCTION;
    case 2:
      return bank.readDiscrete?.(request.address, request.count) ?? ILLEGAL_FUNCTION;
    case 3:
      return checked(bank.readHolding?.(request.address, request.count), request.count);
    case 4:
      return checked(bank.readInput?.(request.address, request.count), request.count);
    case 5:
    case 15:
      return bank.writeCoils === undefined ? ILLEGAL_FUNCTION : bank.writeCoils(request.address, request.bits);
    case 6:
    case 16:
      return bank.writeHolding === undefined ? ILLEGAL_FUNCTION : bank.writeHolding(request.address, request.words);
    case 20:
      return fileRecords(bank, request.records);
    case 22:
      return maskWrite(bank, request);
    case 23:
      return readWrite(bank, request);
    case 43:
      return identification(bank, request);
  }
}

/** A bank that gives too few or too many words is wrong itself; its words must not be served under other addresses. */
function checked(words: Uint16Array | Refusal | undefined, count: number): Uint16Array | Refusal {
  if (words === undefined) return ILLEGAL_FUNCTION;
  return typeof words === "number" || words.length === count ? words : DEVICE_FAILURE;
}

function fileRecords(bank: RegisterBank, records: readonly FileRecord[]): readonly Uint16Array[] | Refusal {
  const found: Uint16Array[] = [];
  for (const { file, record, count } of records) {
    const words = checked(bank.readFile?.(file, record, count), count);
    if (typeof words === "number") return words;
    found.push(words);
  }
  return found;
}

function maskWrite(bank: RegisterBank, { address, and, or }: MaskWrite): Refusal | undefined {
  if (bank.writeHolding === undefined) return ILLEGAL_FUNCTION;
  const words = checked(bank.readHolding?.(address, 1), 1);
  return typeof words === "number" ? words : bank.writeHolding(address, [(words[0]! & and) | (or & ~and & 0xffff)]);
}

function readWrite(bank: RegisterBank, request: ReadWrite): Uint16Array | Refusal {
  if (bank.writeHolding === undefined) return ILLEGAL_FUNCTION;
  const refused = bank.writeHolding(request.writeAddress, request.words);
  return refused ?? checked(bank.readHolding?.(request.address, request.count), request.count);
}

function identification(bank: RegisterBank, { level, object }: ReadIdentification): Identification | Refusal {
  if (bank.identification === undefined) return ILLEGAL_FUNCTION;
  const all = [...bank.identification()].map(([id, value]) => ({ id, value })).sort((one, other) => one.id - other.id);
  if (level === 4) {
    const one = all.filter(({ id }) => id === object);
    return one.length === 0 ? ILLEGAL_ADDRESS : { conformity: CONFORMITY, next: undefined, objects: one };
  }
  const wanted = all.filter(({ id }) => id <= LEVEL_LAST_OBJECT[level]);
  // An object that does not exist begins the stream anew (clause 6.21).
  const start = Math.max(
    0,
    wanted.findIndex(({ id }) => id === object),
  );
  const objects: { id: number; value: Uint8Array }[] = [];
  let room = OBJECTS_BYTES_MAX;
  for (const next of wanted.slice(start)) {
    room -= 2 + next.value.length;
    if (room < 0) return { conformity: CONFORMITY, next: next.id, objects };
    objects.push(next);
  }
  return { conformity: CONFORMITY, next: undefined, objects };
}

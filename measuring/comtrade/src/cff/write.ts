/** Writes the single file, with the header lines and the order of the one that was read. */
import { comtradeErrors } from "../errors.ts";
import { readDescription } from "../read.ts";
import type { Encoding, Recording, Section, SectionKind } from "../recording.ts";
import { joinBytes } from "../text.ts";
import { targetOf, type WriteOptions, type WrittenFiles, writeComtrade } from "../write.ts";

const NOTHING = new Uint8Array();
const LINE_END = Uint8Array.of(13, 10);
const KINDS: readonly SectionKind[] = ["cfg", "inf", "hdr", "dat"];

/** @throws as `writeComtrade`, and COMTRADE_NOT_WRITABLE for an edition before 2013, which has no single file. */
export function writeSingleFile(recording: Recording, options: WriteOptions = {}): Uint8Array {
  const { revision, dataType } = targetOf(recording, options);
  const { source } = recording;
  const read = source?.sections;
  if (revision !== 2013 && (read === undefined || options.revision !== undefined)) {
    throw comtradeErrors.COMTRADE_NOT_WRITABLE(`The ${revision} edition has no single file.`);
  }
  const files = writeComtrade(recording, options);
  const sections = orderOf(read ?? [], files);
  const sameEncoding = source !== undefined && readDescription(source.cfg, source).dataType === dataType;
  return joinBytes(
    sections.flatMap((section, at) => {
      const body = files[section.kind] ?? NOTHING;
      const kept = section.kind !== "dat" || (sameEncoding && sameLength(section, body, dataType));
      const head =
        kept && section.head.length > 0 ? section.head : ascii(headLine(section.kind, dataType, body.length));
      return [
        head,
        body,
        at < sections.length - 1 ? glue(section, body, dataType) : NOTHING,
        kept ? section.tail : NOTHING,
      ];
    }),
  );
}

function orderOf(read: readonly Section[], files: WrittenFiles): readonly Section[] {
  const has = (kind: SectionKind) => read.some((one) => one.kind === kind);
  const added = KINDS.filter((kind) => !has(kind) && (read.length === 0 || files[kind] !== undefined));
  const made = added.map((kind) => ({ kind, head: NOTHING, body: NOTHING, tail: NOTHING }));
  const data = read.findIndex(({ kind }) => kind === "dat");
  return data < 0 ? made : [...read.slice(0, data), ...made, ...read.slice(data)];
}

/** The header line of binary data says how long they are. */
function sameLength(section: Section, body: Uint8Array, encoding: Encoding): boolean {
  return encoding === "ASCII" || section.body.length === body.length;
}

function headLine(kind: SectionKind, encoding: Encoding, length: number): string {
  if (kind !== "dat") return `--- file type: ${kind.toUpperCase()} ---\r\n`;
  return encoding === "ASCII"
    ? "--- file type: DAT ASCII ---\r\n"
    : `--- file type: DAT ${encoding}: ${length} ---\r\n`;
}

/** A header line begins a line, also after a file whose last line had no ending. */
function glue({ kind }: Section, body: Uint8Array, encoding: Encoding): Uint8Array {
  const text = kind !== "dat" || encoding === "ASCII";
  return text && body.length > 0 && body.at(-1) !== 10 ? LINE_END : NOTHING;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

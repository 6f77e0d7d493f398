/**
 * The single file of 2013: the four files one after the other, each after a header line. Text sections end where the next
 * header line begins; binary data is as long as its header line says, since any bytes may be in it.
 */
import { comtradeErrors } from "../errors.ts";
import { DAT_BYTES_MAX, SECTIONS_MAX } from "../limits.ts";
import { encodings, type Section, type SectionKind } from "../recording.ts";
import { latin1 } from "../text.ts";

const HEAD = /^--- file type: ([a-z]+)(?: +([a-z0-9]+))?(?: *: *(\d{1,15}))? *---$/i;
const MARK = "--- file type";
const HEAD_BYTES_MAX = 200;

interface Head {
  readonly kind: SectionKind;
  /** From the header line to the section's body. */
  readonly from: number;
  readonly to: number;
  /** Bytes of a binary body. */
  readonly length?: number;
}

export function readSections(cff: Uint8Array): Section[] {
  const sections: Section[] = [];
  let head = findHead(cff, 0);
  if (head === undefined) throw comtradeErrors.COMTRADE_SECTION("No line begins a section.", { file: "cff", line: 1 });
  if (!blank(cff.subarray(0, head.from))) {
    throw comtradeErrors.COMTRADE_SECTION("There is something before the first section.", { file: "cff", line: 1 });
  }
  for (let count = 0; head !== undefined; count++) {
    if (count >= SECTIONS_MAX || sections.some(({ kind }) => kind === head?.kind)) {
      throw comtradeErrors.COMTRADE_SECTION(`A second ${head.kind} section.`, placeOf(cff, head.from));
    }
    const next = findHead(cff, head.to + (head.length ?? 0));
    sections.push(section(cff, head, next?.from ?? cff.length, count === 0));
    head = next;
  }
  return complete(sections);
}

function section(cff: Uint8Array, { kind, from, to, length }: Head, end: number, first: boolean): Section {
  const stop = length === undefined ? end : to + length;
  if (stop > end) {
    const what = `The section says ${length} bytes; ${cff.length - to} follow.`;
    throw comtradeErrors.COMTRADE_DATA_LENGTH(what, placeOf(cff, from));
  }
  const tail = cff.subarray(stop, end);
  if (!blank(tail)) {
    const what = `There is more after the ${length} bytes that the section says.`;
    throw comtradeErrors.COMTRADE_DATA_LENGTH(what, placeOf(cff, from));
  }
  return { kind, head: cff.slice(first ? 0 : from, to), body: cff.slice(to, stop), tail: tail.slice() };
}

function complete(sections: Section[]): Section[] {
  for (const kind of ["cfg", "dat"] as const) {
    if (!sections.some((one) => one.kind === kind)) {
      throw comtradeErrors.COMTRADE_SECTION(`There is no ${kind} section.`, { file: "cff" });
    }
  }
  return sections;
}

/** The next header line at or after a place that begins a line (or ends a binary body). */
function findHead(cff: Uint8Array, start: number): Head | undefined {
  for (let from = start; from < cff.length; ) {
    const feed = cff.indexOf(10, from);
    const to = feed < 0 ? cff.length : feed + 1;
    if (cff[from] === 0x2d && to - from <= HEAD_BYTES_MAX) {
      const text = latin1(cff.subarray(from, to)).trim();
      if (text.toLowerCase().startsWith(MARK)) return parseHead(cff, text, from, to);
    }
    from = to;
  }
  return undefined;
}

function parseHead(cff: Uint8Array, text: string, from: number, to: number): Head {
  const [, kindText = "", form = "", digits] = HEAD.exec(text) ?? [];
  const kind = (["cfg", "inf", "hdr", "dat"] as const).find((one) => one === kindText.toLowerCase());
  if (kind === undefined) {
    throw comtradeErrors.COMTRADE_SECTION(
      `"${text}" is no header of a CFG, INF, HDR or DAT section.`,
      placeOf(cff, from),
    );
  }
  const forms: readonly string[] = kind === "dat" ? ["", ...encodings] : [""];
  if (!forms.includes(form.toUpperCase())) {
    throw comtradeErrors.COMTRADE_SECTION(`"${form}" is no form of a ${kind} section.`, placeOf(cff, from));
  }
  if (form === "" || form.toUpperCase() === "ASCII") return { kind, from, to };
  const length = Number(digits ?? Number.NaN);
  if (length <= DAT_BYTES_MAX) return { kind, from, to, length };
  const what = `Binary data must say its length, up to ${DAT_BYTES_MAX} bytes: "${text}".`;
  throw comtradeErrors.COMTRADE_SECTION(what, placeOf(cff, from));
}

function placeOf(cff: Uint8Array, at: number): { file: string; line: number } {
  let line = 1;
  for (let place = cff.indexOf(10); place >= 0 && place < at; place = cff.indexOf(10, place + 1)) line++;
  return { file: "cff", line };
}

function blank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 10 || byte === 13 || byte === 32 || byte === 9 || byte === 0x1a);
}

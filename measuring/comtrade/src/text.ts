/**
 * Bytes and text without a platform: the package knows no TextDecoder. A text that is valid UTF-8 is read as UTF-8,
 * any other byte by byte as Latin-1; both ways back give the same bytes, so a name in a code page that is neither looks
 * wrong and is still kept.
 */
import { comtradeErrors } from "./errors.ts";

export type Charset = "utf-8" | "latin1";

/** Characters made at once: above some 100,000 arguments a call overflows the stack. */
const CHUNK = 8192;

export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

export function decodeText(bytes: Uint8Array): { text: string; charset: Charset } {
  const text = utf8(bytes);
  return text === undefined ? { text: latin1(bytes), charset: "latin1" } : { text, charset: "utf-8" };
}

export function encodeText(text: string, charset: Charset): Uint8Array {
  return charset === "utf-8" ? encodeUtf8(text) : encodeLatin1(text);
}

/** Undefined where the bytes are not UTF-8 in its one shortest form. */
function utf8(bytes: Uint8Array): string | undefined {
  const units = new Uint16Array(bytes.length);
  let made = 0;
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = sequenceLength(first);
    const code = length === 1 ? first : codePoint(bytes, at, length);
    if (code === undefined) return undefined;
    at += length;
    if (code < 0x10000) units[made++] = code;
    else {
      units[made++] = 0xd800 + ((code - 0x10000) >> 10);
      units[made++] = 0xdc00 + (code & 0x3ff);
    }
  }
  let text = "";
  for (let at = 0; at < made; at += CHUNK)
    text += String.fromCharCode(...units.subarray(at, Math.min(at + CHUNK, made)));
  return text;
}

function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

const SMALLEST = [0, 0, 0x80, 0x800, 0x10000] as const;

function codePoint(bytes: Uint8Array, at: number, length: number): number | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return undefined;
  let code = first & (0xff >> (length + 1));
  for (let next = 1; next < length; next++) {
    const byte = bytes[at + next] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return surrogate || code > 0x10ffff || code < (SMALLEST[length] ?? 0) ? undefined : code;
}

function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) throw comtradeErrors.COMTRADE_NOT_WRITABLE(`${text[at]} is not in the file's Latin-1 text.`);
    bytes[at] = code;
  }
  return bytes;
}

/** First byte of a character with so many more. */
const LEADS = [0, 0xc0, 0xe0, 0xf0] as const;

function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let made = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    bytes[made++] = (LEADS[more] ?? 0) | (code >> (6 * more));
    for (let rest = more - 1; rest >= 0; rest--) bytes[made++] = 0x80 | ((code >> (6 * rest)) & 0x3f);
  }
  return bytes.slice(0, made);
}

export interface Line {
  readonly text: string;
  /** `\r\n`, `\n`, or nothing at the end of the file. */
  readonly end: string;
}

/** Undefined where there are more than `most`. */
export function splitLines(text: string, most: number): Line[] | undefined {
  const lines: Line[] = [];
  for (let at = 0; at < text.length; ) {
    if (lines.length >= most) return undefined;
    const feed = text.indexOf("\n", at);
    const stop = feed < 0 ? text.length : feed;
    const end = feed < 0 ? "" : text[stop - 1] === "\r" && stop > at ? "\r\n" : "\n";
    lines.push({ text: text.slice(at, stop - (end.length > 1 ? 1 : 0)), end });
    at = stop + (feed < 0 ? 0 : 1);
  }
  return lines;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

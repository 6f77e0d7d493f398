/**
 * The configuration line by line and field by field. Every refusal names the line, the column and the field, since the
 * reader of the message has the file open in an editor.
 */
import type { CodedError } from "@csj/fault";
import { comtradeErrors } from "../errors.ts";
import { CFG_LINE_MAX, NUMBER_CHARACTERS_MAX } from "../limits.ts";
import type { Line } from "../text.ts";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const SHOWN_CHARACTERS = 40;

/** The number that a text is; undefined where it is none, or one that a double cannot hold. */
export function numberOf(text: string): number | undefined {
  if (text.length > NUMBER_CHARACTERS_MAX || !NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export class CfgLines {
  /** What each line that was read is: `analog 3`, `trigger`... */
  readonly keys: string[] = [];
  readonly #lines: readonly Line[];

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  get left(): number {
    return this.#lines.length - this.keys.length;
  }

  /** True where the next line is there and not empty. */
  get more(): boolean {
    return withoutEnd(this.#lines[this.keys.length]?.text ?? "").trim() !== "";
  }

  next(key: string): Fields {
    const line = this.#lines[this.keys.length];
    const number = this.keys.length + 1;
    if (line === undefined) {
      throw comtradeErrors.COMTRADE_LINE(`The file ends before its ${key} line.`, { file: "cfg", line: number });
    }
    checkText(line.text, number);
    this.keys.push(key);
    return new Fields(withoutEnd(line.text), number, key);
  }
}

/** Some machines end a text file with 0x1A, or fill its last block with it. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\u001a") end--;
  return text.slice(0, end);
}

function checkText(text: string, line: number): void {
  if (text.length > CFG_LINE_MAX) {
    const what = `The line has ${text.length} characters; ${CFG_LINE_MAX} are the most.`;
    throw comtradeErrors.COMTRADE_TEXT(what, { file: "cfg", line });
  }
  const nul = text.indexOf("\0");
  if (nul >= 0) throw comtradeErrors.COMTRADE_TEXT("The line holds a NUL.", { file: "cfg", line, column: nul + 1 });
}

export class Fields {
  readonly count: number;
  readonly line: number;
  readonly #texts: readonly string[];
  readonly #key: string;

  constructor(text: string, line: number, key: string) {
    this.#texts = text.split(",");
    this.line = line;
    this.#key = key;
    this.count = this.#texts.length;
  }

  /** @throws COMTRADE_LINE where the line has another number of fields; empty ones at the end count as absent. */
  expect(least: number, most: number): this {
    const last = this.#texts.findLastIndex((text) => text.trim() !== "") + 1;
    if (this.count >= least && last <= most) return this;
    const range = least === most ? `${least}` : `${least} to ${most}`;
    const what = `The ${this.#key} line has ${this.count} fields, not ${range}.`;
    throw comtradeErrors.COMTRADE_LINE(what, { file: "cfg", line: this.line });
  }

  /** Without the spaces around it; empty where the line ends before. */
  text(at: number): string {
    return (this.#texts[at] ?? "").trim();
  }

  number(at: number, name: string): number {
    const value = numberOf(this.text(at));
    if (value === undefined) throw this.wrong(at, name, "a number");
    return value;
  }

  optional(at: number, name: string): number | undefined {
    return this.text(at) === "" ? undefined : this.number(at, name);
  }

  /** A whole number without a sign. */
  whole(at: number, name: string, most: number): number {
    const text = this.text(at);
    const value = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
    if (value === undefined || value > most) throw this.wrong(at, name, `a whole number from 0 to ${most}`);
    return value;
  }

  wrong(at: number, name: string, wanted: string): CodedError {
    const text = this.text(at);
    const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
    const what = `${name} of the ${this.#key} line is "${shown}", not ${wanted}.`;
    return comtradeErrors.COMTRADE_FIELD(what, { file: "cfg", line: this.line, column: this.#column(at) });
  }

  #column(at: number): number {
    const before = this.#texts.slice(0, at).reduce((sum, text) => sum + text.length + 1, 0);
    const text = this.#texts[at] ?? "";
    return before + (text.length - text.trimStart().length) + 1;
  }
}

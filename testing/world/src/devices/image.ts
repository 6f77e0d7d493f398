/**
 * A device's registers as areas of words that are filled when somebody reads. Inside an area a register without a point
 * reads 0, as it does in the meters that were looked at; outside every area the answer is exception 2, illegal address.
 */
import type { Put } from "./words.ts";

export interface Point<Picture> {
  readonly at: number;
  readonly put: Put;
  /** A function of the picture, or a value that never changes and is put once. */
  readonly of: ((picture: Picture) => number) | number;
}

export function point<Picture>(at: number, put: Put, of: ((picture: Picture) => number) | number): Point<Picture> {
  return { at, put, of };
}

export interface Area<Picture> {
  /** Which read function serves it; some meters answer both alike. */
  readonly space: "holding" | "input" | "both";
  readonly from: number;
  readonly length: number;
  readonly points: readonly Point<Picture>[];
}

export const ILLEGAL_FUNCTION = 1;
export const ILLEGAL_ADDRESS = 2;
export const ILLEGAL_VALUE = 3;

interface Changing<Picture> {
  readonly at: number;
  readonly put: Put;
  readonly of: (picture: Picture) => number;
}

interface Served<Picture> {
  readonly area: Area<Picture>;
  readonly words: Uint16Array;
  readonly changing: readonly Changing<Picture>[];
}

export class Image<Picture> {
  readonly #areas: readonly Served<Picture>[];

  constructor(areas: readonly Area<Picture>[]) {
    this.#areas = areas.map(serve);
  }

  fill(picture: Picture): void {
    for (const { words, changing } of this.#areas) {
      for (const { at, put, of } of changing) put(words, at, of(picture));
    }
  }

  /** The words, or a Modbus exception code. */
  read(space: "holding" | "input", address: number, count: number): Uint16Array | number {
    let served = false;
    for (const { area, words } of this.#areas) {
      if (area.space !== space && area.space !== "both") continue;
      served = true;
      const first = address - area.from;
      if (first >= 0 && first + count <= words.length) return words.subarray(first, first + count);
    }
    return served ? ILLEGAL_ADDRESS : ILLEGAL_FUNCTION;
  }
}

function serve<Picture>(area: Area<Picture>): Served<Picture> {
  const words = new Uint16Array(area.length);
  const changing: Changing<Picture>[] = [];
  for (const { at, put, of } of area.points) {
    if (typeof of === "number") put(words, at - area.from, of);
    else changing.push({ at: at - area.from, put, of });
  }
  return { area, words, changing };
}

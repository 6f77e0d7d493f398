/**
 * The same values as SunSpec has them: model 1, the integer meter model of the wiring (201 to 204) and the float one (211 to
 * 214), at 40000. Offsets and types are those of `@csj/sunspec`. W is import positive. Accumulators are whole Wh.
 */
import { CURRENT_OFFSET, energyKinds, energyPlaces, registerIndex, TOTAL_PLACE, type Wiring } from "@csj/metrology";
import { type Model, modelOf, type Point } from "@csj/sunspec";
import { sumOf } from "../live.ts";
import type { Shown } from "./shown.ts";

export const SUNSPEC_BASE = 40_000;
const END = 0xffff;
const models: Readonly<Record<Wiring, readonly [number, number]>> = {
  "1p2w": [201, 211],
  "1p3w": [202, 212],
  "3p4w": [203, 213],
  "3p3w": [204, 214],
};
/** Powers of ten: 0.01 A, 0.1 V, 0.01 Hz, 1 W, 0.01 %. */
const scales: Readonly<Record<string, number>> = {
  A_SF: -2,
  V_SF: -1,
  Hz_SF: -2,
  W_SF: 0,
  VA_SF: 0,
  VAR_SF: 0,
  PF_SF: -2,
  TotWh_SF: 0,
  TotVAh_SF: 0,
  TotVArh_SF: 0,
};

interface Placed {
  readonly model: Model;
  readonly at: number;
  readonly length: number;
}

export interface Identity {
  readonly serial: string;
  readonly unit: number;
}

export class SunspecChain {
  readonly length: number;
  readonly #words: Uint16Array;
  readonly #view: DataView;
  readonly #meters: readonly Placed[];

  constructor(wiring: Wiring, identity: Identity) {
    let at = 2;
    const placed = [1, ...models[wiring]].map((id) => {
      const model = modelOf(id);
      const length = Math.max(...[...model.points.values()].map(({ offset, size }) => offset + size)) - 2;
      const one = { model, at, length };
      at += length + 2;
      return one;
    });
    this.length = at + 2;
    this.#view = new DataView(new ArrayBuffer(2 * this.length));
    this.#words = new Uint16Array(this.length);
    this.#meters = placed.slice(1);
    this.#text(0, "SunS", 2);
    for (const { model, at: from, length } of placed) {
      this.#view.setUint16(2 * from, model.id);
      this.#view.setUint16(2 * from + 2, length);
    }
    this.#view.setUint16(2 * at, END);
    this.#identify(placed[0]?.at ?? 2, identity);
  }

  /** The words from an address within the chain on. */
  read(shown: Shown, address: number, count: number): Uint16Array {
    for (const meter of this.#meters) this.#fill(meter, shown);
    for (let word = 0; word < this.length; word += 1) this.#words[word] = this.#view.getUint16(2 * word);
    return this.#words.slice(address - SUNSPEC_BASE, address - SUNSPEC_BASE + count);
  }

  #identify(at: number, { serial, unit }: Identity): void {
    this.#text(at + 2, "csj", 16);
    this.#text(at + 18, "csj meter", 16);
    this.#text(at + 42, "0.1.0", 8);
    this.#text(at + 50, serial, 16);
    this.#view.setUint16(2 * (at + 66), unit);
    this.#view.setUint16(2 * (at + 67), 0x8000);
  }

  #text(at: number, text: string, words: number): void {
    for (let byte = 0; byte < 2 * words; byte += 1) this.#view.setUint8(2 * at + byte, text.charCodeAt(byte) || 0);
  }

  #fill({ model, at }: Placed, shown: Shown): void {
    const isFloat = model.id > 210;
    for (const point of model.points.values()) {
      if (point.offset < 2) continue;
      this.#put(point, 2 * (at + point.offset), pointValue(point.name, shown, isFloat));
    }
  }

  #put({ type, scale, name }: Point, byte: number, value: number): void {
    if (type === "float32") this.#view.setFloat32(byte, value);
    else if (type === "sunssf") this.#view.setInt16(byte, scales[name] ?? 0);
    else if (type === "int16") this.#view.setInt16(byte, scaled(value, scale));
    else if (type === "acc32") this.#view.setUint32(byte, Number.isNaN(value) ? 0 : value % 2 ** 32);
    else this.#view.setUint32(byte, 0);
  }
}

const ABSENT = -0x8000;
const INT16_MAX = 0x7fff;

/** What does not fit is not there: a clipped power would be believed. */
function scaled(value: number, scale: string | undefined): number {
  const counts = Math.round(value * 10 ** -(scales[scale ?? ""] ?? 0));
  return Math.abs(counts) <= INT16_MAX ? counts : ABSENT;
}

const PHASE_LETTERS = ["A", "B", "C"];

/** The value of a point by its name; NaN where this meter has none. */
function pointValue(name: string, shown: Shown, isFloat: boolean): number {
  const { live, layout } = shown;
  const line = /^P?PhV(?:ph)?(AB|BC|CA)$|^PPVph(AB|BC|CA)$/.exec(name);
  if (line !== null) return lineVolts(shown, line[1] ?? line[2] ?? "");
  if (name === "PPV") return meanOf(["AB", "BC", "CA"].map((pair) => lineVolts(shown, pair)));
  if (name === "Hz") return live.frequency;
  if (name.startsWith("Tot")) return energyOf(name, shown);
  const factor = /^PF(?:ph([ABC]))?$/.exec(name);
  if (factor !== null) return factorOf(shown, factor[1]) * (isFloat ? 1 : 100);
  const [, kind = "", letter] = /^(A|PhV|W|VA|VAR)(?:ph([ABC]))?$/.exec(name) ?? [];
  if (kind === "PhV" && layout.wiring === "3p3w") return Number.NaN;
  return letter === undefined ? totalOf(kind, shown) : phaseOf(kind, PHASE_LETTERS.indexOf(letter), shown);
}

function phaseOf(kind: string, phase: number, { live }: Shown): number {
  if (kind === "A") return live.rms[phase + CURRENT_OFFSET]!;
  if (kind === "PhV") return live.rms[phase]!;
  if (kind === "W") return live.active[phase]!;
  if (kind === "VA") return live.apparent[phase]!;
  return kind === "VAR" ? live.reactive[phase]! : Number.NaN;
}

function totalOf(kind: string, shown: Shown): number {
  const { live } = shown;
  if (kind === "VA") return Math.hypot(sumOf(live.active), sumOf(live.reactive));
  const values = Float64Array.of(...[0, 1, 2].map((phase) => phaseOf(kind, phase, shown)));
  return kind === "PhV" ? meanOf([...values]) : sumOf(values);
}

function factorOf({ live }: Shown, letter: string | undefined): number {
  if (letter === undefined) return sumOf(live.active) / Math.hypot(sumOf(live.active), sumOf(live.reactive));
  const phase = PHASE_LETTERS.indexOf(letter);
  return live.active[phase]! / live.apparent[phase]!;
}

/** From the phasors' difference; of a meter between phases the two that it measures. */
function lineVolts({ live: { re, im, rms }, layout }: Shown, pair: string): number {
  if (layout.wiring === "3p3w") return pair === "CA" ? rms[0]! : pair === "BC" ? rms[1]! : Number.NaN;
  const from = "ABC".indexOf(pair[0] ?? "");
  const to = "ABC".indexOf(pair[1] ?? "");
  return Math.hypot(re[from]! - re[to]!, im[from]! - im[to]!);
}

function meanOf(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
}

const kinds: Readonly<Record<string, (typeof energyKinds)[number]>> = {
  WhImp: "active-import",
  WhExp: "active-export",
  VAhImp: "apparent-import",
  VAhExp: "apparent-export",
  VArhImpQ1: "reactive-q1",
  VArhImpQ2: "reactive-q2",
  VArhExpQ3: "reactive-q3",
  VArhExpQ4: "reactive-q4",
};

function energyOf(name: string, { kept }: Shown): number {
  const [, kind = "", letter] = /^Tot(\w+?)(?:P?ph([ABC])|Ph([ABC]))?$/.exec(name) ?? [];
  const found = kinds[kind];
  if (found === undefined) return Number.NaN;
  const phase = /[Pp]h([ABC])$/.exec(name)?.[1] ?? letter;
  const place =
    phase === undefined ? TOTAL_PLACE : energyPlaces.indexOf(`l${PHASE_LETTERS.indexOf(phase) + 1}` as "l1");
  const count = kept?.energies[registerIndex(energyKinds.indexOf(found), place)]?.count ?? Number.NaN;
  return Math.floor(count / 1000);
}

/** A street in one number and two sentences. */
import type { Live } from "../api/shapes.ts";
import { power } from "../format/power.ts";

export interface StreetSum {
  /** What goes to the grid now from the homes that are heard; null where none is. */
  readonly exported: number | null;
  /** The part of it that is more than the homes may export. */
  readonly unwanted: number;
  readonly made: number;
  readonly used: number;
  readonly held: number;
  readonly safe: number;
  /** Whose inverter does not confirm what it is told. */
  readonly untaken: number;
  readonly heard: number;
  readonly homes: number;
}

/** `pictures` holds a picture for each home that is heard now, undefined for the others. */
export function sumOf(pictures: readonly (Live | undefined)[]): StreetSum {
  const heard = pictures.filter((live) => live !== undefined);
  const grids = heard.map(({ grid_w }) => grid_w).filter((watts) => watts !== null);
  return {
    exported: grids.length === 0 ? null : grids.reduce((sum, watts) => sum + Math.max(0, -Math.round(watts)), 0),
    unwanted: heard.reduce((sum, live) => sum + Math.max(0, -Math.round(live.grid_w ?? 0) - live.allowed_export_w), 0),
    made: heard.reduce((sum, { pv_w }) => sum + (pv_w ?? 0), 0),
    used: heard.reduce((sum, { home_w }) => sum + (home_w ?? 0), 0),
    held: heard.filter(({ reason, safe }) => reason === "following-load" && !safe).length,
    safe: heard.filter(({ reason, safe }) => safe && reason !== "starting").length,
    untaken: heard.filter(({ reason }) => reason === "limit-not-taken").length,
    heard: heard.length,
    homes: pictures.length,
  };
}

export function streetSentence(sum: StreetSum, heldBack: number | null = null): string {
  if (sum.heard === 0) return `None of the ${homes(sum.homes)} is heard right now.`;
  const balance = `${capital(homes(sum.heard))} ${sum.heard === 1 ? "uses" : "use"} ${power(sum.used)} and make${
    sum.heard === 1 ? "s" : ""
  } ${power(sum.made)} from the sun.`;
  return [balance, heldSentence(sum, heldBack), safeSentence(sum), untakenSentence(sum), silentSentence(sum)]
    .filter((part) => part !== "")
    .join(" ");
}

function heldSentence({ held }: StreetSum, heldBack: number | null): string {
  if (held === 0) return "No inverter is held back.";
  const who =
    held === 1
      ? "One inverter is held at what its home uses"
      : `${capital(count(held))} inverters are held at what their homes use`;
  return heldBack === null || heldBack < 1 ? `${who}.` : `${who}: ${power(heldBack)} of sun is held back.`;
}

function safeSentence({ safe }: StreetSum): string {
  if (safe === 0) return "";
  return safe === 1 ? "One is at its safe limit." : `${capital(count(safe))} are at their safe limit.`;
}

function untakenSentence({ untaken }: StreetSum): string {
  if (untaken === 0) return "";
  return untaken === 1 ? "One does not take its limit." : `${capital(count(untaken))} do not take their limit.`;
}

function silentSentence({ heard, homes: all }: StreetSum): string {
  const silent = all - heard;
  if (silent === 0) return "";
  return silent === 1 ? "One home is not heard." : `${capital(count(silent))} homes are not heard.`;
}

const words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

function count(n: number): string {
  return words[n] ?? String(n);
}

function homes(n: number): string {
  return `${count(n)} ${n === 1 ? "home" : "homes"}`;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Beside the number: where it goes, and that it may, where it may. */
export function exportWords({ exported, unwanted }: StreetSum): string {
  if (exported === null) return "no home is heard";
  return exported > 0 && unwanted === 0 ? "goes to the grid now, as allowed" : "goes to the grid now";
}

/** The answer of one rule, and how it is said. */
import type { Figure } from "../standard/standard.ts";

/** `not-shown` is no pass: nothing speaks against it, and not enough speaks for it. */
export type Result = "pass" | "fail" | "not-shown";

export interface RuleResult {
  readonly rule: string;
  readonly result: Result;
  /** What was found against what is asked, as a sentence. */
  readonly says: string;
  /** Of the number that is asked. */
  readonly clause?: string;
  /** Whether that number was verified against its source. */
  readonly verified?: boolean;
}

export function worst(results: readonly Result[]): Result {
  if (results.includes("fail")) return "fail";
  return results.includes("not-shown") ? "not-shown" : "pass";
}

export function answer(rule: string, result: Result, says: string, figure?: Figure): RuleResult {
  if (figure === undefined) return { rule, result, says };
  return { rule, result, says, clause: figure.clause, verified: figure.verified };
}

/** A sure length beyond the limit fails; one that is only possible is not shown. */
export function judged(sureMs: number, possibleMs: number, limitMs: number): Result {
  if (sureMs > limitMs) return "fail";
  return possibleMs > limitMs ? "not-shown" : "pass";
}

export function lasted(ms: number): string {
  if (!Number.isFinite(ms)) return "an unknown time";
  const tenths = Math.round(ms / 100) / 10;
  if (tenths < 120) return `${tenths} s`;
  return tenths < 7200 ? `${Math.round(tenths / 6) / 10} min` : `${Math.round(tenths / 360) / 10} h`;
}

export function when(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
}

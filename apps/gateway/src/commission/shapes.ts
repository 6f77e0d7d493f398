/** What a commissioning is made of, as plain data: it is kept in a file, sent to a page and signed. */
import type { Disobedience } from "@csj/export-limit";

export type StepState = "open" | "running" | "passed" | "failed" | "unsure" | "skipped";

/** One number of the report, and what it is held against. */
export interface Finding {
  readonly name: string;
  readonly value: string;
  /** What it must be; absent where it is information alone. */
  readonly limit?: string;
  readonly origin?: "measured" | "profile" | "configured" | "assumed" | "simulated" | "installer";
  readonly ok?: boolean;
}

export interface Plot {
  readonly title: string;
  /** Seconds and W. */
  readonly series: readonly {
    readonly name: string;
    readonly role: "limit" | "solar" | "grid";
    readonly points: readonly (readonly [number, number])[];
  }[];
}

export interface StepResult {
  readonly state: "passed" | "failed" | "unsure" | "skipped";
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly plots: readonly Plot[];
  /** For the steps that follow. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type Answer = string | number | boolean;
export type Answers = Readonly<Record<string, Answer>>;

/** What the installer is asked before a step begins. */
export interface Ask {
  readonly id: string;
  readonly text: string;
  readonly kind: "confirm" | "number" | "choice";
  readonly choices?: readonly string[];
  readonly unit?: string;
  readonly standard: Answer;
}

export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly asks: readonly Ask[];
  readonly state: StepState;
  readonly at: string | null;
  readonly result: StepResult | null;
}

export interface LiveNumbers {
  readonly grid_w: number | null;
  readonly output_w: number | null;
  readonly limit_w: number | null;
}

export interface CommissionView {
  readonly site: string;
  readonly name: string;
  readonly simulated: boolean;
  readonly rule: { readonly id: string; readonly name: string; readonly verified: boolean };
  readonly steps: readonly StepView[];
  /** The step that runs, and what the installer should do now. */
  readonly running: string | null;
  readonly says: string | null;
  readonly live: LiveNumbers;
  /** Names of the files, once there is a report. */
  readonly report: { readonly json: string; readonly html: string; readonly pdf: string } | null;
}

/** The times that the site is held to. */
export interface CommissionRule {
  readonly id: string;
  readonly name: string;
  readonly backWithinMs: number;
  readonly tripAfterMs?: number;
  /** What counts as over, beyond what is allowed: the lower of both. */
  readonly toleranceW: number;
  readonly toleranceShare: number;
  /** What an inverter that ignores its limit means without a relay; `relay` where absent. */
  readonly disobedience?: Disobedience;
  /** The rule covers no limit below this share of the rating; absent where it covers every one. */
  readonly lowestShare?: number;
  /** Clause and document; unverified numbers stay marked. */
  readonly source: string;
  readonly verified: boolean;
}

export function watts(value: number): string {
  if (!Number.isFinite(value)) return "unknown";
  return `${Math.round(value).toLocaleString("en-GB")} W`;
}

export function secondsOf(ms: number): string {
  if (!Number.isFinite(ms)) return "unknown";
  return ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

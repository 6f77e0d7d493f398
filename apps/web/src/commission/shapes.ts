/** What the gateway answers about a commissioning, as far as the page reads it. */
export type StepState = "open" | "running" | "passed" | "failed" | "unsure" | "skipped";
export type Answer = string | number | boolean;

export interface Ask {
  readonly id: string;
  readonly text: string;
  readonly kind: "confirm" | "number" | "choice";
  readonly choices?: readonly string[];
  readonly unit?: string;
  readonly standard: Answer;
}

export interface Finding {
  readonly name: string;
  readonly value: string;
  readonly limit?: string;
  readonly origin?: string;
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

export interface Step {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly asks: readonly Ask[];
  readonly state: StepState;
  readonly at: string | null;
  readonly result: {
    readonly summary: string;
    readonly findings: readonly Finding[];
    readonly plots: readonly Plot[];
  } | null;
}

export interface Commission {
  readonly site: string;
  readonly name: string;
  readonly simulated: boolean;
  readonly rule: { readonly id: string; readonly name: string; readonly verified: boolean };
  readonly steps: readonly Step[];
  readonly running: string | null;
  readonly says: string | null;
  readonly live: { readonly grid_w: number | null; readonly output_w: number | null; readonly limit_w: number | null };
  readonly report: { readonly json: string; readonly html: string; readonly pdf: string } | null;
}

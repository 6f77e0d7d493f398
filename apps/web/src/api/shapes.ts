/** What the head-end and the gateway answer, as far as the pages read it. Unknown fields are left alone. */
import type { Quality } from "@csj/reading";
import type { Live } from "@csj/uplink";

export type { Live, Quality };

export interface MeterSummary {
  readonly id: string;
  readonly role: string;
  readonly profile: string;
  readonly interval_s: number;
  readonly channels: readonly string[];
}

export interface Site {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly simulated: boolean;
  readonly online: boolean;
  readonly allowed_export_w: number | null;
  readonly rated_w: number | null;
  readonly meters: readonly MeterSummary[];
  readonly live: Live | null;
  /** True where a meter of the site gives harmonics and captures. */
  readonly waveform?: boolean;
}

export interface Sites {
  readonly sites: readonly Site[];
  /** True where a gateway answers for its one site, without a head-end behind it. */
  readonly gateway?: boolean;
  /** True where the street is a demo's. */
  readonly demo?: boolean;
}

export interface LiveHistory {
  /** Milliseconds since 1970, ascending. */
  readonly at: readonly number[];
  readonly grid_w: readonly (number | null)[];
  readonly pv_w: readonly (number | null)[];
  readonly home_w?: readonly (number | null)[];
  readonly limit_w: readonly (number | null)[];
}

export interface DayInterval {
  readonly start: string;
  /** `HH:MM`, followed by the offset where the answer gives one. */
  readonly local: string;
  readonly import_wh: number | null;
  readonly export_wh: number | null;
  readonly generation_wh: number | null;
  readonly home_wh: number | null;
  readonly quality: Quality;
  readonly rate: string | null;
  /** Exact, in the currency's major unit; null where it cannot be priced. */
  readonly cost: string | null;
}

export interface CostLine {
  /** `standing`, `import-<rate>`, `export-<rate>`, `tax`. */
  readonly id?: string;
  readonly label: string;
  readonly quantity: string | number;
  readonly unit: string;
  readonly price: string;
  readonly amount: string;
  /** The rule by which the amount was rounded, once. */
  readonly rounding?: string;
}

export interface DayCost {
  readonly currency: string;
  readonly exponent: number;
  readonly lines: readonly CostLine[];
  readonly total: string;
}

export interface DayCounts {
  readonly received: number;
  readonly late: number;
  readonly missing: number;
  readonly expected: number;
}

export interface DayTotals {
  readonly import_wh: number | null;
  readonly export_wh: number | null;
  readonly generation_wh: number | null;
  readonly home_wh: number | null;
}

export interface Day {
  readonly site: string;
  readonly date: string;
  readonly zone: string;
  readonly from: string;
  readonly to: string;
  readonly interval_s: number;
  readonly intervals: readonly DayInterval[];
  readonly totals: DayTotals;
  readonly counts: DayCounts;
  readonly cost: DayCost | null;
  /** Why there is no cost although there is a tariff. */
  readonly cost_problem?: { readonly code: string; readonly message: string; readonly help: string };
  readonly comparison: { readonly usual_home_wh: readonly (number | null)[] | null };
  readonly first_date: string | null;
  readonly last_date: string | null;
}

export interface DaySummary {
  readonly date: string;
  readonly totals: DayTotals;
  readonly counts: DayCounts;
}

export interface Days {
  readonly days: readonly DaySummary[];
}

export const faults = ["none", "silent", "frozen", "noise", "slow", "ct-reversed", "restart"] as const;
export type DemoFault = (typeof faults)[number];

export interface DemoDevice {
  readonly id: string;
  readonly site: string;
  readonly role: string;
  readonly profile: string;
  readonly unit: number;
  readonly address: string;
  /** One sentence. */
  readonly plays: string;
  readonly fault: DemoFault;
}

/** Every field is optional: a demo tells what it knows. */
export interface Demo {
  /** Sentences: what is simulated here. */
  readonly simulates?: readonly string[];
  readonly now?: string;
  readonly speed?: number;
  readonly speed_reached?: number | null;
  readonly seed?: number;
  /** Sun that the limits hold back now, which only a simulator can know. */
  readonly held_back_w?: number | null;
  /** Homes whose past is made, and all of them: at a first start. */
  readonly history_sites_done?: number;
  readonly history_sites?: number;
}

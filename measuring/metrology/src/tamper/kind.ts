/** What can be wrong at a meter, by the meter's own names; what others call it is data (`event-codes/*.yaml`). */
export const tamperKinds = [
  "terminal-cover",
  "meter-cover",
  "module",
  "magnetic-field",
  "dc-current",
  "reversed-current",
  "wrong-phase",
  "missing-neutral",
  "missing-potential",
  "current-without-voltage",
  "bypass",
  "phase-sequence",
  "unbalance",
  "clock-change",
  "failed-access",
] as const;
export type TamperKind = (typeof tamperKinds)[number];

export const switchKinds = ["terminal-cover", "meter-cover", "module"] as const;
export type SwitchKind = (typeof switchKinds)[number];

/** 0 is the whole meter. */
export type TamperPhase = 0 | 1 | 2 | 3;

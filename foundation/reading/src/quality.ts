/** What an interval's value is worth. One byte where it is stored, a word where a person reads it. */
export const qualities = ["actual", "late", "missing", "estimated", "edited"] as const;

export type Quality = (typeof qualities)[number];

export function qualityCode(quality: Quality): number {
  return qualities.indexOf(quality);
}

/** A code that this version does not know is `missing`: it must not pass for a good value. */
export function qualityOf(code: number): Quality {
  return qualities[code] ?? "missing";
}

/** The times that a site is held to, as commissioning needs them: the soft limit, the hard limit, and what counts as over. */
import type { CommissionRule } from "./shapes.ts";

/** Where no standard is configured: the slowest that any of the known rules allows for a soft limit in Australia. */
export const plainRule: CommissionRule = {
  id: "zero",
  name: "No export, back within 15 s",
  backWithinMs: 15_000,
  toleranceW: 100,
  toleranceShare: 0.04,
  source: "AS/NZS 4777.2:2020, 6.2.2 as quoted by the SAPN test procedure of 17 January 2023, 5.2.1",
  verified: false,
};

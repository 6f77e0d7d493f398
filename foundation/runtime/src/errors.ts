import { defineErrors } from "@csj/fault";

export const runtimeErrors = defineErrors({
  RUNTIME_CLOCK_SCALE: {
    fault: "configuration",
    retry: false,
    help: "Write it as REAL=SIMULATED@SPEED, as in 2026-11-24T09:00:00Z=2026-06-13T04:00:00Z@60, with a speed above 0.",
  },
});

import { defineErrors } from "@csj/fault";

export const runtimeErrors = defineErrors({
  RUNTIME_FOLDER_IN_USE: {
    fault: "host",
    retry: true,
    help: "One process at a time may use a folder: stop the other one, or give this one a folder of its own.",
  },
  RUNTIME_FOLDER_UNUSABLE: {
    fault: "host",
    retry: true,
    help: "Give a folder that this user may make and write, on a disk with room.",
  },
  RUNTIME_CLOCK_SCALE: {
    fault: "configuration",
    retry: false,
    help: "Write it as REAL=SIMULATED@SPEED, as in 2026-11-24T09:00:00Z=2026-06-13T04:00:00Z@60, with a speed above 0.",
  },
});

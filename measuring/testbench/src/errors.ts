import { defineErrors } from "@csj/fault";

export const testbenchErrors = defineErrors({
  TESTBENCH_SIGNAL_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give finite numbers, orders above 0 and changes whose end is not before their start.",
  },
  TESTBENCH_NO_CYCLES: {
    fault: "configuration",
    retry: false,
    help: "The front end gives no voltage that the meter can follow: see its divider's ratio, full scale and rate.",
  },
  TESTBENCH_FRONT_END_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "docs/ACCURACY.md shows a front end's file; csj accuracy --help lists those that are built in.",
  },
  TESTBENCH_READINGS_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give phase, ref_v, ref_a, ref_w (or ref_pf), v, a, w and var in each row; ref_var, mean_v and mean_a where known.",
  },
  TESTBENCH_READINGS_FEW: {
    fault: "configuration",
    retry: false,
    help: "Take readings of each phase at two currents or more, each with some volts and amperes.",
  },
  TESTBENCH_READINGS_CONTRADICT: {
    fault: "configuration",
    retry: false,
    help: "Repeat the readings that the message names: one setting must give one result; mind the clamp's direction and phase.",
  },
});

import { defineErrors } from "@csj/fault";

export const testbenchErrors = defineErrors({
  TESTBENCH_SIGNAL_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give finite numbers, orders above 0 and changes whose end is not before their start.",
  },
});

import { defineErrors } from "@csj/fault";

export const meterErrors = defineErrors({
  METER_REGISTERS_DAMAGED: {
    fault: "host",
    retry: false,
    help: "No slot of the file holds whole registers. Keep the file, read the last register values from the load profile or the gateway, and start with a new folder as an exchanged meter: registers are never begun at 0 by themselves.",
  },
  METER_STATE_TOO_LARGE: {
    fault: "bug",
    retry: false,
    help: "The registers do not fit in a slot of their file.",
  },
});

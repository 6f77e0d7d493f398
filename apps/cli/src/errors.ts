import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  DEMO_HOME_DIFFERS: {
    fault: "configuration",
    retry: false,
    help: "Start it with the same options, or give another --home.",
  },
  DEMO_HOME_DAMAGED: {
    fault: "host",
    retry: false,
    help: "Move the folder away; the demo then begins afresh.",
  },
  DEMO_HISTORY_FAILED: {
    fault: "bug",
    retry: false,
    help: "Please report it with the message.",
  },
  DEMO_DEVICE_UNKNOWN: {
    fault: "configuration",
    retry: false,
    help: "GET /api/v1/demo/devices lists the devices.",
  },
  DEMO_FOREIGN_ORIGIN: {
    fault: "configuration",
    retry: false,
    help: "Use the demo's own page.",
  },
  CLI_OPTION_INVALID: {
    fault: "configuration",
    retry: false,
    help: "--help shows what the option takes.",
  },
});

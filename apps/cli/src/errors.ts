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
  CLI_PROOF_NO_LOG: {
    fault: "configuration",
    retry: false,
    help: "Give --folder the gateway's folder, or a copy of it: the log lies in its evidence folder.",
  },
  CLI_PROOF_KEY: {
    fault: "configuration",
    retry: false,
    help: "Give --key the device's public key, as `csj gateway` says it and the head-end keeps it.",
  },
});

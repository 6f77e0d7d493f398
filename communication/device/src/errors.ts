/** What a device, its profile or a scan may answer instead of a value: whose fault it is, and what helps. */
import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  PROFILE_INVALID: {
    fault: "configuration",
    retry: false,
    help: "Correct the profile at the place named; docs/PROFILES.md describes every key.",
  },
  DEVICE_ROLE: {
    fault: "configuration",
    retry: false,
    help: "Give the device a role that its profile lists, or choose another profile.",
  },
  DEVICE_MOVED: {
    fault: "device",
    retry: true,
    help: "The device's register map changed while it was read (a restart or a firmware update); the next read looks for it again.",
  },
  DEVICE_MODEL_MISSING: {
    fault: "device",
    retry: true,
    help: "The device does not offer what its profile reads; check its settings, or choose another profile.",
  },
  DEVICE_RATIO: {
    fault: "device",
    retry: true,
    help: "Set the transformer ratio in the meter; without it every value that it shows would be wrong by that factor.",
  },
  DEVICE_NO_LIMITER: {
    fault: "configuration",
    retry: false,
    help: "The profile describes no output limit; choose the profile of an inverter that can be limited.",
  },
  DEVICE_RATING: {
    fault: "configuration",
    retry: false,
    help: "Give the inverter's rated power in the configuration (rated_w), from its nameplate.",
  },
  DEVICE_LIMIT_OFF: {
    fault: "device",
    retry: true,
    help: "Let the installer switch the limit on in the inverter's own settings; the profile's quirks say where.",
  },
  DEVICE_NOT_PREPARED: {
    fault: "bug",
    retry: false,
    help: "Call prepare() and wait for it before the first limit; please report this.",
  },
  DEVICE_LIMIT: {
    fault: "bug",
    retry: false,
    help: "A limit must be a number of watts; please report this.",
  },
  DEVICE_WORDS: {
    fault: "device",
    retry: false,
    help: "Give the test device words for this address, or read another one.",
  },
  SCAN_LINE: {
    fault: "host",
    retry: true,
    help: "Check that the serial port is there, that nobody else holds it, and that you may open it (on Linux: group dialout).",
  },
  SCAN_BUS_IN_USE: {
    fault: "host",
    retry: true,
    help: "Somebody else talks on this bus. Stop the other master, or scan when the bus is quiet; two masters damage each other's answers.",
  },
});

import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  PROFILE_UNKNOWN: {
    fault: "configuration",
    retry: false,
    help: "Use the id of a file in communication/profiles/data; docs/PROFILES.md lists them.",
  },
  PROFILE_FILE: {
    fault: "configuration",
    retry: false,
    help: "Correct the profile at the place named; docs/PROFILES.md describes every key.",
  },
});

import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  CONFIG_EXPORT_LIMIT: {
    fault: "configuration",
    retry: false,
    help: "Correct the site's export limit; docs/NO-EXPORT.md says what each value means.",
  },
  CONFIG_STANDARD: {
    fault: "configuration",
    retry: false,
    help: "Name one of the standards of docs/STANDARDS.md, or correct the file; each number needs its clause and source.",
  },
});

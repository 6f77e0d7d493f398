import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  TARIFF_INVALID: {
    fault: "configuration",
    retry: false,
    help: "Correct the tariff; prices are decimal numbers in quotes, times are HH:MM, unknown keys are refused.",
  },
  TARIFF_GAP: {
    fault: "configuration",
    retry: false,
    help: "Give every minute of the day a rate; a rate may cross midnight.",
  },
  TARIFF_OVERLAP: {
    fault: "configuration",
    retry: false,
    help: "Give every minute of the day one rate only.",
  },
  TARIFF_INTERVAL: {
    fault: "configuration",
    retry: false,
    help: "Let rates change on the meter's intervals, or give the meter a shorter interval.",
  },
  TARIFF_INPUT: {
    fault: "bug",
    retry: false,
    help: "Energy is a whole number of Wh from 0 up, a time of day is a minute from 0 to 1439.",
  },
});

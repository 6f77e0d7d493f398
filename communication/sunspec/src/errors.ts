import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  SUNSPEC_NOT_FOUND: {
    fault: "device",
    retry: true,
    help: "Check the unit id and that SunSpec Modbus is enabled in the device's own menu.",
  },
  SUNSPEC_CHAIN: {
    fault: "device",
    retry: true,
    help: "The device's list of models is damaged; update its firmware or report the device with its model list.",
  },
  SUNSPEC_POINT: {
    fault: "configuration",
    retry: false,
    help: "Use a model and a point that communication/sunspec knows, spelt as in the SunSpec model definitions.",
  },
});

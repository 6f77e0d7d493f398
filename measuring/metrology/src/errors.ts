import { defineErrors } from "@csj/fault";

export const metrologyErrors = defineErrors({
  METROLOGY_ENERGY_REFUSED: {
    fault: "bug",
    retry: false,
    help: "An energy register only takes finite energy of 0 or more; split import and export before adding.",
  },
  METROLOGY_REGISTER_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give perCount above 0, 1 to 15 digits, and a count within the digits.",
  },
  METROLOGY_SPECTRUM_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give a sample rate of 1,000 to 32,000 a second, and a window of a power of two points from 16 to 65,536.",
  },
  METROLOGY_RATES_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give switches in ascending time, each with a rate of 1 to 8.",
  },
  METROLOGY_WEEK_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Begin the week at a multiple of 10 minutes in UTC.",
  },
  METROLOGY_LAYOUT_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give 1,000 to 32,000 samples a second, each channel once, the channels that the wiring needs, 50 or 60 Hz and the declared voltage.",
  },
  METROLOGY_CALIBRATION_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give a calibration as `csj calibrate` writes it, made for this rate and these channels.",
  },
  METROLOGY_FRAME_REFUSED: {
    fault: "bug",
    retry: false,
    help: "A frame holds one value of each channel for each sample, and its number ascends.",
  },
  METROLOGY_EVENT_REFUSED: {
    fault: "bug",
    retry: false,
    help: "An event of the log holds whole numbers only, at most 8 register counts, and 0 to 100 percent.",
  },
  METROLOGY_PROTECTION_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give a profile with at least one function, each with a name of its own, and voltages that the meter has.",
  },
  METROLOGY_CAPTURE_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Give whole cycles before and after the trigger, and a longest capture that holds both.",
  },
});

import { defineErrors } from "@csj/fault";

/**
 * One code for each thing that the reader of the message would do next: look at the text, a line, a field, a count, a
 * record, the length, a section. The place is in the error's `where`.
 */
export const comtradeErrors = defineErrors({
  COMTRADE_TEXT: {
    fault: "wire",
    retry: false,
    help: "The configuration must be lines of text; check that the files were not swapped, compressed or damaged.",
  },
  COMTRADE_LINE: {
    fault: "wire",
    retry: false,
    help: "Compare the line with the standard's order of fields; a name may hold no comma.",
  },
  COMTRADE_FIELD: {
    fault: "wire",
    retry: false,
    help: "Correct the field in the configuration; for a date in the other order give dateOrder.",
  },
  COMTRADE_COUNT: {
    fault: "wire",
    retry: false,
    help: "Correct the counts of the second line or of the rates: they must say what the file holds.",
  },
  COMTRADE_RECORD: {
    fault: "wire",
    retry: false,
    help: "The data record does not hold what the configuration says; check that both files belong together.",
  },
  COMTRADE_DATA_LENGTH: {
    fault: "wire",
    retry: false,
    help: "The data is shorter or longer than the configuration says: copy both files again from the recorder.",
  },
  COMTRADE_SECTION: {
    fault: "wire",
    retry: false,
    help: "A single file needs one CFG and one DAT section, each with its header line; check how it was copied.",
  },
  COMTRADE_LIMIT: {
    fault: "wire",
    retry: false,
    help: "The recording is larger than this reader takes; cut it in the recorder's own program.",
  },
  COMTRADE_INCONSISTENT: {
    fault: "configuration",
    retry: false,
    help: "Make channels, rates and samples of the recording agree before it is written.",
  },
  COMTRADE_NOT_WRITABLE: {
    fault: "configuration",
    retry: false,
    help: "Choose an encoding and a revision that can hold the values, or let `fit` round them.",
  },
  COMTRADE_NO_RATIO: {
    fault: "configuration",
    retry: false,
    help: "The channel names no primary and secondary factor above 0; take the values as they were recorded.",
  },
  COMTRADE_REPLAY: {
    fault: "configuration",
    retry: false,
    help: "Name the channels in the mapping, or choose a recording with one rate and no missing sample.",
  },
  COMTRADE_CAPTURE: {
    fault: "bug",
    retry: false,
    help: "A capture needs one ratio per channel and a ring that holds its samples; please report this.",
  },
});

/**
 * How much a file may ask for. What is allocated is bounded by the file's own length, never by a number that it states:
 * these are the ends beyond that.
 */
export const CFG_BYTES_MAX = 16 * 1024 * 1024;
/** A line of text becomes an object: so many lines are some 10 MB. */
export const CFG_LINES_MAX = 100_000;
export const CFG_LINE_MAX = 4096;
/** Of each kind; the largest fault recorders have some hundreds. */
export const CHANNELS_MAX = 16_384;
export const DAT_BYTES_MAX = 256 * 1024 * 1024;
/** Samples times channels: 512 MiB of counts. */
export const CELLS_MAX = 128 * 1024 * 1024;
/** A header or information file. */
export const NOTE_BYTES_MAX = 16 * 1024 * 1024;
/** A real number is at most 32 characters in the standard; some recorders pad. */
export const NUMBER_CHARACTERS_MAX = 64;
/** A field of ASCII data with the spaces around it. */
export const FIELD_CHARACTERS_MAX = 256;
/** One of each kind. */
export const SECTIONS_MAX = 4;
/** Records beyond the stated number: one recorder of the field counts its last sample from 0. */
export const SURPLUS_RECORDS_MAX = 1;

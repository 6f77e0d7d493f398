/** Bytes in, a recording out; the files themselves are somebody else's to open. */

import { readSections } from "./cff/sections.ts";
import { given } from "./cfg/channels.ts";
import { readCfg } from "./cfg/read.ts";
import { readAscii } from "./dat/ascii-read.ts";
import { readBinary } from "./dat/binary-read.ts";
import { comtradeErrors } from "./errors.ts";
import { NOTE_BYTES_MAX } from "./limits.ts";
import type { DateOrder, Description, Recording, Samples, Section, SectionKind } from "./recording.ts";

/** The files of one recording: three or four, or all in one. They must not change while the recording is in use. */
export type Files =
  | { readonly cfg: Uint8Array; readonly dat: Uint8Array; readonly hdr?: Uint8Array; readonly inf?: Uint8Array }
  | { readonly cff: Uint8Array };

export interface ReadOptions {
  /** For a recorder that writes its dates against its edition. */
  readonly dateOrder?: DateOrder;
}

/**
 * @throws COMTRADE_TEXT, _LINE, _FIELD, _COUNT, _RECORD, _DATA_LENGTH, _SECTION, _LIMIT: what is wrong in which file, line
 * and column. Anything else that is thrown is a bug.
 */
export function readComtrade(files: Files, options: ReadOptions = {}): Recording {
  if ("cff" in files) return readSingle(files.cff, options);
  for (const note of [files.hdr, files.inf]) checkNote(note);
  const description = readCfg(files.cfg, options.dateOrder).description;
  return {
    ...description,
    samples: readSamples(files.dat, description),
    ...given("header", files.hdr),
    ...given("information", files.inf),
    source: { cfg: files.cfg, dat: files.dat, ...given("dateOrder", options.dateOrder) },
  };
}

/** The configuration alone: what a recording holds, without its data. */
export function readDescription(cfg: Uint8Array, options: ReadOptions = {}): Description {
  return readCfg(cfg, options.dateOrder).description;
}

function readSingle(cff: Uint8Array, options: ReadOptions): Recording {
  const sections = readSections(cff);
  const body = (wanted: SectionKind) => sections.find(({ kind }) => kind === wanted)?.body;
  const cfg = body("cfg") ?? new Uint8Array();
  const recording = readComtrade({ cfg, dat: body("dat") ?? new Uint8Array() }, options);
  return { ...recording, ...notes(sections), source: { ...sourceOf(recording), sections } };
}

function sourceOf({ source }: Recording) {
  return source ?? { cfg: new Uint8Array(), dat: new Uint8Array() };
}

function notes(sections: readonly Section[]): Pick<Recording, "header" | "information"> {
  const body = (wanted: SectionKind) => sections.find(({ kind }) => kind === wanted)?.body;
  return { ...given("header", body("hdr")), ...given("information", body("inf")) };
}

function checkNote(note: Uint8Array | undefined): void {
  if (note === undefined || note.length <= NOTE_BYTES_MAX) return;
  throw comtradeErrors.COMTRADE_LIMIT(`A header or information file has ${note.length} bytes.`, { file: "hdr" });
}

function readSamples(dat: Uint8Array, description: Description): Samples {
  return description.dataType === "ASCII" ? readAscii(dat, description).samples : readBinary(dat, description);
}

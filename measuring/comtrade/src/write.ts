/**
 * A recording out as bytes, in the editions and encodings that are in use. Written again as it was read, it gives equal
 * bytes; what has changed is written anew, line by line and record by record.
 */
import { given } from "./cfg/channels.ts";
import { type ReadCfg, readCfg } from "./cfg/read.ts";
import { writeCfg } from "./cfg/write.ts";
import { checkConsistent } from "./consistent.ts";
import { readAscii } from "./dat/ascii-read.ts";
import { writeAscii } from "./dat/ascii-write.ts";
import { readBinary } from "./dat/binary-read.ts";
import { writeBinary } from "./dat/binary-write.ts";
import { comtradeErrors } from "./errors.ts";
import type { Description, Encoding, Recording, Revision } from "./recording.ts";

export interface WriteOptions {
  /** As it was read, unless said. */
  readonly revision?: 1999 | 2013;
  readonly encoding?: Encoding;
}

export interface WrittenFiles {
  readonly cfg: Uint8Array;
  readonly dat: Uint8Array;
  readonly hdr?: Uint8Array;
  readonly inf?: Uint8Array;
}

/**
 * @throws COMTRADE_NOT_WRITABLE where the edition or the encoding cannot hold a value (`fit` rounds it), and
 * COMTRADE_INCONSISTENT where counts, rates and arrays do not agree.
 */
export function writeComtrade(recording: Recording, options: WriteOptions = {}): WrittenFiles {
  const wanted = targetOf(recording, options);
  checkConsistent(wanted);
  const before = sourceCfg(recording);
  checkForm(wanted, before?.description ?? { revision: 2013, dataType: "ASCII" });
  return {
    cfg: writeCfg(wanted, before),
    dat: writeDat(wanted, before?.description),
    ...given("hdr", recording.header),
    ...given("inf", recording.information),
  };
}

/** The recording as it is to be written. */
export function targetOf(recording: Recording, options: WriteOptions): Recording {
  const revision: Revision = options.revision ?? recording.revision;
  const revisionYear = revision === recording.revision ? recording.revisionYear : revision;
  return { ...recording, revision, revisionYear, dataType: options.encoding ?? recording.dataType };
}

function sourceCfg({ source }: Recording): ReadCfg | undefined {
  return source === undefined ? undefined : readCfg(source.cfg, source.dateOrder);
}

/** What recorders did against their edition is written again as it was; we begin nothing of the kind. */
function checkForm(wanted: Recording, before: Pick<Description, "revision" | "dataType">): void {
  const { revision, dataType, start } = wanted;
  if (revision === 2013 || (before.revision === revision && before.dataType === dataType)) return;
  if (dataType === "BINARY32" || dataType === "FLOAT32") {
    throw comtradeErrors.COMTRADE_NOT_WRITABLE(`${dataType} came with 2013; the edition is ${revision}.`);
  }
  if ((start?.digits ?? 0) > 6) {
    throw comtradeErrors.COMTRADE_NOT_WRITABLE(`Nanoseconds came with 2013; the edition is ${revision}.`);
  }
}

function writeDat(wanted: Recording, before: Description | undefined): Uint8Array {
  const dat = wanted.source?.dat;
  const kept = before !== undefined && dat !== undefined && sameForm(wanted, before) ? dat : undefined;
  if (wanted.dataType === "ASCII") {
    return writeAscii(wanted, kept && { dat: kept, ...readAscii(kept, before ?? wanted) });
  }
  return writeBinary(wanted, kept && { dat: kept, samples: readBinary(kept, before ?? wanted) });
}

function sameForm(wanted: Recording, before: Description): boolean {
  return (
    wanted.dataType === before.dataType &&
    wanted.sampleCount === before.sampleCount &&
    wanted.analog.length === before.analog.length &&
    wanted.digital.length === before.digital.length &&
    (wanted.revision === 1991) === (before.revision === 1991)
  );
}

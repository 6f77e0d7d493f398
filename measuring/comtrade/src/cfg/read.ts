/**
 * Reads the configuration. Editions are told apart by the first line's third field, channel lines by their number of
 * fields, since recorders mix them: one in the field says 1997 and writes the lines of 1999.
 */
import { comtradeErrors } from "../errors.ts";
import { CFG_BYTES_MAX, CFG_LINES_MAX, CHANNELS_MAX } from "../limits.ts";
import { type DateOrder, type Description, type Encoding, encodings, type Rate, type Revision } from "../recording.ts";
import { parseStamp } from "../stamp.ts";
import { type Charset, decodeText, type Line, splitLines } from "../text.ts";
import { given, readAnalog, readDigital } from "./channels.ts";
import { CfgLines, type Fields } from "./lines.ts";

const SAMPLES_MAX = 0xffffffff;
const HERTZ_MAX = 1e9;

export interface ReadCfg {
  readonly description: Description;
  readonly lines: readonly Line[];
  /** What each line is, for the lines that were read; what follows is kept and means nothing. */
  readonly keys: readonly string[];
  readonly charset: Charset;
}

/** @throws COMTRADE_TEXT, _LINE, _FIELD, _COUNT, _LIMIT, with line and column. */
export function readCfg(bytes: Uint8Array, dateOrder?: DateOrder): ReadCfg {
  if (bytes.length > CFG_BYTES_MAX) {
    throw comtradeErrors.COMTRADE_LIMIT(`The configuration has ${bytes.length} bytes.`, { file: "cfg" });
  }
  const { text, charset } = decodeText(bytes);
  const lines = splitLines(text, CFG_LINES_MAX);
  if (lines === undefined) {
    const what = `The configuration has more than ${CFG_LINES_MAX} lines.`;
    throw comtradeErrors.COMTRADE_LIMIT(what, { file: "cfg", line: CFG_LINES_MAX });
  }
  const reader = new CfgLines(lines);
  return { description: describe(reader, dateOrder), lines, keys: reader.keys, charset };
}

function describe(lines: CfgLines, dateOrder: DateOrder | undefined): Description {
  const head = readHead(lines.next("station"));
  const counts = readCounts(lines.next("channel count"), lines.left);
  const channels = {
    analog: times(counts.analog, (at) => readAnalog(lines.next(`analog ${at + 1}`))),
    digital: times(counts.digital, (at) => readDigital(lines.next(`digital ${at + 1}`))),
  };
  const lineHertz = lines.next("frequency").expect(1, 1).optional(0, "Frequency");
  const rates = readRates(lines);
  const order = dateOrder ?? (head.revision === 1991 ? "mdy" : "dmy");
  const start = readStamp(lines.next("start"), order);
  const trigger = readStamp(lines.next("trigger"), order);
  const dataType = readEncoding(lines.next("data type"));
  const clock = { ...given("start", start), ...given("trigger", trigger), ...readClock(lines, head.revision) };
  return { ...head, ...channels, ...given("lineHertz", lineHertz), ...rates, dataType, ...clock };
}

function readHead(fields: Fields): Pick<Description, "station" | "device" | "revision" | "revisionYear"> {
  fields.expect(2, 3);
  const year = fields.text(2) === "" ? 1991 : fields.whole(2, "Revision", 2099);
  if (year < 1991) throw fields.wrong(2, "Revision", "a year from 1991");
  return { station: fields.text(0), device: fields.text(1), revision: editionOf(year), revisionYear: year };
}

/** 1997 is a draft of 1999 and has its lines; 2000 and 2001 are the IEC's print of it. */
function editionOf(year: number): Revision {
  if (year >= 2013) return 2013;
  return year > 1991 ? 1999 : 1991;
}

function readCounts(fields: Fields, linesLeft: number): { analog: number; digital: number } {
  fields.expect(3, 3);
  const total = fields.whole(0, "Total", 2 * CHANNELS_MAX);
  const analog = channelCount(fields, 1, "A");
  const digital = channelCount(fields, 2, "D");
  const place = { file: "cfg", line: fields.line };
  if (total !== analog + digital) {
    throw comtradeErrors.COMTRADE_COUNT(`${total} channels are not ${analog} A and ${digital} D.`, place);
  }
  if (total === 0) throw comtradeErrors.COMTRADE_COUNT("The recording has no channel.", place);
  if (total > linesLeft) {
    throw comtradeErrors.COMTRADE_COUNT(`${total} channels cannot be in the ${linesLeft} lines that follow.`, place);
  }
  return { analog, digital };
}

function channelCount(fields: Fields, at: number, letter: "A" | "D"): number {
  const text = fields.text(at).toUpperCase();
  const count = /^\d{1,6}[AD]$/.test(text) && text.endsWith(letter) ? Number(text.slice(0, -1)) : undefined;
  if (count !== undefined && count <= CHANNELS_MAX) return count;
  const name = letter === "A" ? "Analogue count" : "Digital count";
  throw fields.wrong(at, name, `0${letter} to ${CHANNELS_MAX}${letter}`);
}

/** With no rate (0) one line still follows, whose last sample says how many there are. */
function readRates(lines: CfgLines): { rates: readonly Rate[]; sampleCount: number } {
  const fields = lines.next("rate count").expect(1, 1);
  const count = fields.whole(0, "Count", SAMPLES_MAX);
  if (count > lines.left) {
    const what = `${count} rates cannot be in the ${lines.left} lines that follow.`;
    throw comtradeErrors.COMTRADE_COUNT(what, { file: "cfg", line: fields.line });
  }
  if (count === 0) return { rates: [], sampleCount: readRate(lines.next("rate 1"), false, 0).last };
  const rates: Rate[] = [];
  for (let at = 0; at < count; at++) rates.push(readRate(lines.next(`rate ${at + 1}`), true, rates.at(-1)?.last ?? 0));
  return { rates, sampleCount: rates.at(-1)?.last ?? 0 };
}

function readRate(fields: Fields, constant: boolean, before: number): Rate {
  fields.expect(2, 2);
  const hertz = fields.number(0, "Rate");
  const last = fields.whole(1, "Last sample", SAMPLES_MAX);
  if (constant && !(hertz > 0 && hertz <= HERTZ_MAX)) throw fields.wrong(0, "Rate", `above 0 and up to ${HERTZ_MAX}`);
  if (!constant && hertz !== 0) throw fields.wrong(0, "Rate", "0, as the count of rates is 0");
  if (constant && last <= before) throw fields.wrong(1, "Last sample", `above ${before}`);
  return { hertz, last };
}

function readStamp(fields: Fields, order: DateOrder) {
  fields.expect(1, 2);
  const [date, time] = [fields.text(0), fields.text(1)];
  if (date === "" && time === "") return undefined;
  const stamp = parseStamp(date, time, order);
  if (stamp === undefined) throw fields.wrong(0, "Date and time", order === "dmy" ? DAY_FIRST : MONTH_FIRST);
  return stamp;
}

const DAY_FIRST = "DD/MM/YYYY,hh:mm:ss.ssssss";
const MONTH_FIRST = "MM/DD/YY,hh:mm:ss.ssssss";

function readEncoding(fields: Fields): Encoding {
  const text = fields.expect(1, 1).text(0).toUpperCase();
  const found = encodings.find((encoding) => encoding === text);
  if (found === undefined) throw fields.wrong(0, "Encoding", encodings.join(", "));
  return found;
}

type ClockFacts = Pick<Description, "timeMultiplier" | "timeCode" | "localCode" | "timeQuality" | "leapSecond">;

/** The lines after the encoding: none in 1991, one in 1999, three in 2013. Recorders leave them out. */
function readClock(lines: CfgLines, revision: Revision): ClockFacts {
  if (revision === 1991 || !lines.more) return { timeMultiplier: 1 };
  const fields = lines.next("time multiplier").expect(1, 1);
  const timeMultiplier = fields.number(0, "Multiplier");
  if (timeMultiplier <= 0) throw fields.wrong(0, "Multiplier", "above 0");
  if (revision === 1999) return { timeMultiplier };
  const codes = lines.more ? readPair(lines.next("time code"), CODE, "a time code as -5h30") : [];
  const quality = lines.more ? readPair(lines.next("time quality"), QUALITY, "one hexadecimal digit") : [];
  return {
    timeMultiplier,
    ...given("timeCode", codes[0]),
    ...given("localCode", codes[1]),
    ...given("timeQuality", quality[0]),
    ...given("leapSecond", quality[1]),
  };
}

const CODE = /^(?:[+-]?\d{1,2}(?:h(?:\d{2})?)?|x)?$/i;
const QUALITY = /^[0-9A-F]?$/i;

function readPair(fields: Fields, shape: RegExp, wanted: string): readonly string[] {
  fields.expect(2, 2);
  for (const at of [0, 1]) if (!shape.test(fields.text(at))) throw fields.wrong(at, `Part ${at + 1}`, wanted);
  return [fields.text(0), fields.text(1)];
}

function times<Value>(count: number, make: (at: number) => Value): Value[] {
  return Array.from({ length: count }, (_, at) => make(at));
}

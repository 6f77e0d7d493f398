/**
 * Writes the configuration. The lines are made from the recording; where the recording came from a file, each line whose
 * meaning has not changed is taken from it as it stood, with its spaces, number texts and line ending. So an unedited
 * recording gives its bytes again, and an edited one changes only in the lines that were edited.
 */
import { comtradeErrors } from "../errors.ts";
import type { AnalogChannel, DateOrder, Description, DigitalChannel, Recording, Revision } from "../recording.ts";
import { stampText } from "../stamp.ts";
import { encodeText, type Line } from "../text.ts";
import type { ReadCfg } from "./read.ts";

interface Keyed {
  readonly key: string;
  readonly text: string;
}

const LINE_END = "\r\n";

/** @throws COMTRADE_NOT_WRITABLE for a text that a line cannot hold. */
export function writeCfg(recording: Recording, before: ReadCfg | undefined): Uint8Array {
  const order = recording.source?.dateOrder;
  const lines = cfgLines(recording, orderOf(recording, order));
  if (before === undefined || !sameForm(before.description.revision, recording.revision)) {
    return encodeText(lines.map(({ text }) => text + LINE_END).join(""), before?.charset ?? "utf-8");
  }
  return encodeText(merged(lines, before, order), before.charset);
}

/** Lines of 1999 stand in a file of 2013 unchanged; those of 1991 have other fields and dates. */
function sameForm(one: Revision, other: Revision): boolean {
  return (one === 1991) === (other === 1991);
}

function orderOf({ revision }: Description, given: DateOrder | undefined): DateOrder {
  return given ?? (revision === 1991 ? "mdy" : "dmy");
}

function merged(lines: readonly Keyed[], before: ReadCfg, order: DateOrder | undefined): string {
  const old = new Map(
    cfgLines(before.description, orderOf(before.description, order)).map((one) => [one.key, one.text]),
  );
  const raw = new Map(before.keys.map((key, at) => [key, before.lines[at]]));
  const end = before.lines[0]?.end || LINE_END;
  const kept: Line[] = lines.flatMap(({ key, text }) => {
    if (old.get(key) !== text) return [{ text, end }];
    const line = raw.get(key);
    return line === undefined ? [] : [line];
  });
  const tail = before.lines.slice(before.keys.length);
  return withEnds(kept, end, tail.length === 0) + tail.map(({ text, end: last }) => text + last).join("");
}

/** Only the last line of a file may lack its ending. */
function withEnds(lines: readonly Line[], end: string, isLast: boolean): string {
  return lines
    .map((line, at) => line.text + (line.end !== "" || (isLast && at === lines.length - 1) ? line.end : end))
    .join("");
}

function cfgLines(description: Description, order: DateOrder): Keyed[] {
  const { revision, analog, digital, start, trigger } = description;
  return [
    keyed("station", [...texts(description.station, description.device), ...year(description)]),
    keyed("channel count", [analog.length + digital.length, `${analog.length}A`, `${digital.length}D`]),
    ...analog.map((channel, at) => keyed(`analog ${at + 1}`, analogFields(channel, revision))),
    ...digital.map((channel, at) => keyed(`digital ${at + 1}`, digitalFields(channel, revision))),
    keyed("frequency", [description.lineHertz ?? ""]),
    ...rateLines(description),
    keyed("start", [start === undefined ? "," : stampText(start, order)]),
    keyed("trigger", [trigger === undefined ? "," : stampText(trigger, order)]),
    keyed("data type", [description.dataType]),
    ...clockLines(description),
  ];
}

function year({ revision, revisionYear }: Description): readonly number[] {
  return revision === 1991 ? [] : [revisionYear];
}

function rateLines({ rates, sampleCount }: Description): Keyed[] {
  const lines = rates.length === 0 ? [{ hertz: 0, last: sampleCount }] : rates;
  return [
    keyed("rate count", [rates.length]),
    ...lines.map(({ hertz, last }, at) => keyed(`rate ${at + 1}`, [hertz, last])),
  ];
}

function clockLines(description: Description): Keyed[] {
  const { revision, timeMultiplier, timeCode, localCode, timeQuality, leapSecond } = description;
  if (revision === 1991) return [];
  const multiplier = keyed("time multiplier", [timeMultiplier]);
  if (revision === 1999) return [multiplier];
  return [
    multiplier,
    keyed("time code", [timeCode ?? "", localCode ?? ""]),
    keyed("time quality", [timeQuality ?? "", leapSecond ?? ""]),
  ];
}

/**
 * The 1991 edition has no transformer ratio and means primary values; later ones need three fields that say the same.
 * An unknown range is the one of a 16-bit converter.
 */
function analogFields(channel: AnalogChannel, revision: Revision): readonly (string | number)[] {
  const names = texts(channel.name, channel.phase, channel.component, channel.unit);
  const scale = [channel.multiplier, channel.offset, channel.skew, channel.min ?? -32767, channel.max ?? 32767];
  const ratio = [channel.primary ?? 1, channel.secondary ?? 1, channel.side === "secondary" ? "S" : "P"];
  return [channel.number, ...names, ...scale, ...(revision === 1991 ? [] : ratio)];
}

function digitalFields(channel: DigitalChannel, revision: Revision): readonly (string | number)[] {
  const normal = channel.normal ?? 0;
  if (revision === 1991) return [channel.number, ...texts(channel.name), normal];
  return [channel.number, ...texts(channel.name, channel.phase, channel.component), normal];
}

function texts(...all: readonly string[]): readonly string[] {
  const wrong = all.find((text) => [",", "\n", "\0"].some((one) => text.includes(one)));
  if (wrong === undefined) return all;
  throw comtradeErrors.COMTRADE_NOT_WRITABLE(`"${wrong}" holds a comma, a line feed or a NUL.`);
}

function keyed(key: string, fields: readonly (string | number)[]): Keyed {
  return { key, text: fields.join(",") };
}

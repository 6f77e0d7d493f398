/** Reads a calibration from JSON and refuses what is none, naming the place; and computes the filters that it lacks. */
import { metrologyErrors } from "../errors.ts";
import { type ChannelId, channelIds } from "../frame/channel.ts";
import type { Layout } from "../frame/layout.ts";
import type { Calibration, ChannelCalibration, CurvePoint, DelayFilter } from "./calibration.ts";
import { delayTaps, tapsAt } from "./delay-filter.ts";

/** Early or late by more than this is no skew of converters. */
const LEAD_MAX_US = 2000;
const MICROSECONDS = 1e6;
const POINTS_MAX = 64;

/** @throws METROLOGY_CALIBRATION_REFUSED naming the key that is wrong, missing or unknown */
export function checkCalibration(value: unknown): Calibration {
  const top = keysOf(value, "", ["format", "id", "rate", "nominalHertz", "channels"], ["date", "sensors", "filters"]);
  if (top["format"] !== "csj-calibration-1") refuse("format", "is not csj-calibration-1");
  if (typeof top["id"] !== "string") refuse("id", "is no text");
  number(top["rate"], "rate", 1);
  number(top["nominalHertz"], "nominalHertz", 1);
  const channels = keysOf(top["channels"], "channels", [], channelIds);
  for (const [id, channel] of Object.entries(channels)) checkChannel(channel, `channels.${id}`);
  if (top["filters"] !== undefined) checkFilters(top["filters"], tapsAt(top["rate"] as number));
  return value as Calibration;
}

/** With the filters that belong to its leads; stored ones are kept as they are. */
export function withFilters(calibration: Calibration): Calibration {
  if (calibration.filters !== undefined) return calibration;
  const present = channelIds.filter((id) => calibration.channels[id] !== undefined);
  const delays = present.map((id) => delaysOf(calibration.channels[id]!, calibration));
  // Whole samples, so that nothing has to be known before it has come; they are the same for all channels.
  const latest = Math.min(...delays.flat().map(Math.floor));
  const filters: Partial<Record<ChannelId, readonly DelayFilter[]>> = {};
  for (const [index, id] of present.entries()) {
    const samples = delays[index]!.map((delay) => delay - latest);
    // One whole shift for all points, since the taps of neighbours are interpolated.
    const shift = Math.round(samples[0]!);
    filters[id] = samples.map((delay) => ({ shift, taps: delayTaps(delay - shift, tapsAt(calibration.rate)) }));
  }
  return { ...calibration, filters };
}

/** Samples by which the channel is early, at each point of its curve. */
function delaysOf({ lead, curve }: ChannelCalibration, { rate, nominalHertz }: Calibration): number[] {
  const fixed = (lead * rate) / MICROSECONDS;
  return curve === undefined ? [fixed] : curve.map((point) => fixed + ((point.lead / 360) * rate) / nominalHertz);
}

/** @throws METROLOGY_CALIBRATION_REFUSED where a channel of the layout is not calibrated, or for another rate */
export function checkFits(calibration: Calibration, layout: Layout): void {
  const missing = layout.channels.filter((id) => calibration.channels[id] === undefined);
  if (missing.length > 0) refuse("channels", `has no ${missing.join(", ")}`);
  if (calibration.rate !== layout.rate) refuse("rate", `is ${calibration.rate}, and samples come at ${layout.rate}`);
}

function checkChannel(value: unknown, path: string): void {
  const channel = keysOf(value, path, ["offset", "ratio", "lead"], ["curve", "uncertainty"]);
  number(channel["offset"], `${path}.offset`);
  if (number(channel["ratio"], `${path}.ratio`) === 0) refuse(`${path}.ratio`, "is 0");
  const lead = number(channel["lead"], `${path}.lead`);
  if (Math.abs(lead) > LEAD_MAX_US) refuse(`${path}.lead`, `is beyond ${LEAD_MAX_US} microseconds`);
  if (channel["curve"] !== undefined) checkCurve(channel["curve"], `${path}.curve`);
  if (channel["uncertainty"] === undefined) return;
  const uncertainty = keysOf(channel["uncertainty"], `${path}.uncertainty`, ["percent", "degrees"], []);
  for (const key of ["percent", "degrees"]) number(uncertainty[key], `${path}.uncertainty.${key}`, 0);
}

function checkCurve(value: unknown, path: string): void {
  if (!Array.isArray(value) || value.length === 0 || value.length > POINTS_MAX) {
    refuse(path, `is no list of 1 to ${POINTS_MAX} points`);
    return;
  }
  let before = -1;
  for (const [index, each] of value.entries()) {
    const at = `${path}[${index}]`;
    const point = keysOf(each, at, ["amps", "gain", "lead"], []) as unknown as CurvePoint;
    for (const key of ["amps", "gain", "lead"] as const) number(point[key], `${at}.${key}`);
    if (!(point.amps > before)) refuse(`${at}.amps`, "is not above the point before it");
    if (!(point.gain > 0)) refuse(`${at}.gain`, "is not above 0");
    before = point.amps;
  }
}

function checkFilters(value: unknown, count: number): void {
  const filters = keysOf(value, "filters", [], channelIds);
  for (const [id, list] of Object.entries(filters)) {
    if (!Array.isArray(list)) refuse(`filters.${id}`, "is no list");
    for (const [index, each] of (list as unknown[]).entries()) {
      const filter = keysOf(each, `filters.${id}[${index}]`, ["shift", "taps"], []);
      number(filter["shift"], `filters.${id}[${index}].shift`);
      const { taps } = filter;
      const good = Array.isArray(taps) && taps.length === count && taps.every((tap) => Number.isFinite(tap));
      if (!good) refuse(`filters.${id}[${index}].taps`, `is no list of ${count} numbers`);
    }
  }
}

function keysOf(
  value: unknown,
  path: string,
  needed: readonly string[],
  allowed: readonly string[],
): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, "is no object");
  const object = value as Record<string, unknown>;
  for (const key of needed) if (!(key in object)) refuse(join(path, key), "is missing");
  for (const key of Object.keys(object)) {
    if (!needed.includes(key) && !allowed.includes(key)) refuse(join(path, key), "is not known");
  }
  return object;
}

function number(value: unknown, path: string, from = -Infinity): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < from) refuse(path, "is no number that can be");
  return value as number;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function refuse(path: string, what: string): never {
  throw metrologyErrors.METROLOGY_CALIBRATION_REFUSED(`${path === "" ? "The calibration" : path} ${what}.`, { path });
}

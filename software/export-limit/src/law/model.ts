/**
 * What the limiter lets the output be, computed from the limits that were commanded: each inverter's dead time, then its
 * answer. While the sun gives more than the limit this *is* the output, seconds before any telemetry says so.
 */
import { Millis, Watts } from "@csj/quantity";
import type { Config, PlantPart, Timed } from "../control.ts";
import { valueAt } from "./series.ts";

/** The path is kept in steps of 0.1 s, for 8 s: more than the latest telemetry that a lag is looked for in. */
const FINE_MS = 100;
export const PATH_MAX = 80;

/** Commands kept: a dead time of 10 s at five cycles a second. */
export const COMMANDS_MAX = 50;

/** After a longer pause the path begins anew, from the last command. */
const PAUSE_MS = 5_000;

export interface Model {
  /** Limits by the time at which each was commanded, oldest first. */
  readonly commands: readonly Timed[];
  /** What each inverter's limiter lets through now. */
  readonly parts: readonly number[];
  /** The sum of them over the last while. */
  readonly path: readonly Timed[];
}

export const noModel: Model = { commands: [], parts: [], path: [] };

export function commanded(model: Model, limit: number, now: Millis): Model {
  const kept = model.commands.filter(({ at }) => at < now);
  const command = { at: now, watts: Watts(limit) };
  return { ...model, commands: [...kept.slice(-COMMANDS_MAX + 1), command] };
}

/** The same with the last command replaced. */
export function recommanded(model: Model, limit: number): Model {
  const last = model.commands[model.commands.length - 1];
  return last === undefined ? model : commanded(model, limit, last.at);
}

export function advanced(model: Model, now: Millis, config: Config): Model {
  const plant = config.plant ?? [];
  const from = model.path[model.path.length - 1]?.at;
  if (from === undefined || now - from > PAUSE_MS || model.parts.length !== plant.length)
    return begun(model, now, plant);
  if (!(now > from)) return model;
  let { parts } = model;
  const added: Timed[] = [];
  for (let at: number = from; at < now; at += FINE_MS) {
    const to = Math.min(now, at + FINE_MS);
    parts = plant.map((part, index) =>
      partAt(part, parts[index] ?? 0, limitAt(model, to - part.deadTime), to - at, config),
    );
    added.push({ at: Millis(to), watts: Watts(parts.reduce((sum, each) => sum + each, 0)) });
  }
  return { ...model, parts, path: [...model.path, ...added].slice(-PATH_MAX) };
}

function begun(model: Model, now: Millis, plant: readonly PlantPart[]): Model {
  const limit = model.commands[model.commands.length - 1]?.watts ?? 0;
  const parts = plant.map(({ share }) => share * limit);
  return { ...model, parts, path: [{ at: now, watts: Watts(limit) }] };
}

function partAt(part: PlantPart, from: number, limit: number, ms: number, config: Config): number {
  return answer(part, from, part.share * limit, ms, config.rated);
}

/** Where an inverter that is told `to` gets in a time. */
export function answer({ share, response }: PlantPart, from: number, to: number, ms: number, rated: number): number {
  if (response.kind === "first-order") return response.time > 0 ? to + (from - to) * Math.exp(-ms / response.time) : to;
  const most = response.time > 0 ? (share * rated * ms) / response.time : rated;
  return from + Math.max(-most, Math.min(most, to - from));
}

/**
 * What the limiter lets through at a time: past, or ahead by what is on its way. Where the plant was said to be slower than
 * it is, what the meter shows now is what the model has ahead of it.
 */
export function letsThrough(model: Model, at: number, config: Config): number | undefined {
  const end = model.path[model.path.length - 1]?.at;
  if (end === undefined || at <= end) return valueAt(model.path, at);
  const until = Math.min(at, end + AHEAD_MAX_MS);
  let { parts } = model;
  for (let from: number = end; from < until; from += FINE_MS) {
    const to = Math.min(until, from + FINE_MS);
    parts = parts.map((each, index) => {
      const part = config.plant?.[index];
      return part === undefined ? each : partAt(part, each, limitAt(model, to - part.deadTime), to - from, config);
    });
  }
  return parts.reduce((sum, each) => sum + each, 0);
}

/** No further ahead than lags are looked for. */
const AHEAD_MAX_MS = 5_000;

/** The limit that was in force at a time. */
export function limitAt({ commands }: Model, at: number): number {
  for (let index = commands.length - 1; index > 0; index -= 1) {
    const command = commands[index] as Timed;
    if (command.at < at) return command.watts;
  }
  return commands[0]?.watts ?? 0;
}

/**
 * The limit that brings the output to `target` within `ms` of the command's effect, 0 where even that does not; `target`
 * where it gets there by itself.
 */
export function overCommand(
  model: Model,
  target: number,
  known: { readonly output: number; readonly throttled: boolean },
  now: Millis,
  ms: number,
  config: Config,
): number {
  const plant = config.plant ?? [];
  const all = model.parts.reduce((sum, part) => sum + part, 0);
  const sun = known.throttled || !(all > 0) ? 1 : Math.min(1, known.output / all);
  const parts = plant.map((part, index) =>
    whenItActs(model, part, sun * (model.parts[index] ?? 0), known.throttled, now, config),
  );
  const after = (limit: number) =>
    plant.reduce(
      (sum, part, index) => sum + answer(part, parts[index] as number, part.share * limit, ms, config.rated),
      0,
    );
  if (!(after(target) > target + WORTH_IT * config.rated)) return target;
  if (after(0) >= target) return 0;
  return halved(0, target, (limit) => after(limit) > target);
}

/** An excursion that will be smaller than this share of the rating is left to the plant. */
const WORTH_IT = 0.005;

/** @param throttled where it is not, the sun holds the output and a limit can only lower it */
function whenItActs(
  model: Model,
  part: PlantPart,
  from: number,
  throttled: boolean,
  now: Millis,
  config: Config,
): number {
  let output = from;
  for (let at = now - part.deadTime; at < now; at += FINE_MS) {
    const to = Math.min(now, at + FINE_MS);
    const limit = part.share * limitAt(model, to);
    output = answer(part, output, throttled ? limit : Math.min(limit, output), to - at, config.rated);
  }
  return output;
}

const HALVINGS = 20;

function halved(low: number, high: number, isOver: (limit: number) => boolean): number {
  let [least, most] = [low, high];
  for (let turn = 0; turn < HALVINGS; turn += 1) {
    const middle = (least + most) / 2;
    if (isOver(middle)) most = middle;
    else least = middle;
  }
  return least;
}

/** What a configuration must hold before a controller runs on it. `step` stays safe on a bad one, but holds at 0. */
import type { Config, PlantPart } from "./control.ts";
import { errors } from "./errors.ts";
import type { ProbeSettings } from "./law/probe.ts";

/** More often, or deeper, the tests cost more than they are worth. */
const PROBE_EVERY_MIN_MS = 60_000;
const PROBE_DEPTH_MAX = 0.2;

/** No inverter that takes longer to answer is fit for the purpose. */
const ANSWER_MAX_MS = 60_000;

/** Throws CONFIG_EXPORT_LIMIT, naming the first value that cannot be used. */
export function checkConfig(config: Config): Config {
  const { plant, probe, ...numbers } = config;
  if (probe !== undefined) checkProbe(probe);
  for (const part of plant ?? []) checkPart(part);
  for (const [name, value] of Object.entries(numbers) as [keyof Config, number | undefined][]) {
    if (value === undefined) continue;
    if (!Number.isFinite(value)) throw wrong(name, value, "a finite number");
    if (value < 0) throw wrong(name, value, "0 or more");
  }
  for (const name of ["rated", "staleAfter", "riseRate", "plausible"] as const) {
    if (config[name] === 0) throw wrong(name, 0, "above 0");
  }
  if (config.safeLimit > config.rated)
    throw wrong("safeLimit", config.safeLimit, `at most the rating, ${config.rated}`);
  return config;
}

function checkProbe({ every, depth }: ProbeSettings): void {
  if (!(every >= PROBE_EVERY_MIN_MS && Number.isFinite(every))) {
    throw wrong("probe", every, `made every ${PROBE_EVERY_MIN_MS} ms at the most`);
  }
  if (!(depth > 0 && depth <= PROBE_DEPTH_MAX))
    throw wrong("probe", depth, `at most ${PROBE_DEPTH_MAX} of the rating deep`);
}

function checkPart({ share, deadTime, response }: PlantPart): void {
  if (!(share > 0 && share <= 1)) throw wrong("plant", share, "shares above 0 and at most 1");
  for (const ms of [deadTime, response.time]) {
    if (!(ms >= 0 && ms <= ANSWER_MAX_MS)) throw wrong("plant", ms, `times of 0 to ${ANSWER_MAX_MS} ms`);
  }
}

function wrong(name: keyof Config, value: number, must: string): Error {
  return errors.CONFIG_EXPORT_LIMIT(`The export limit's ${name} is ${value}; it must be ${must}.`, { path: name });
}

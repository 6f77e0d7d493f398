/** What a configuration must hold before a controller runs on it. `step` stays safe on a bad one, but holds at 0. */
import type { Config } from "./control.ts";
import { errors } from "./errors.ts";

/** Throws CONFIG_EXPORT_LIMIT, naming the first value that cannot be used. */
export function checkConfig(config: Config): Config {
  for (const [name, value] of Object.entries(config) as [keyof Config, number][]) {
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

function wrong(name: keyof Config, value: number, must: string): Error {
  return errors.CONFIG_EXPORT_LIMIT(`The export limit's ${name} is ${value}; it must be ${must}.`, { path: name });
}

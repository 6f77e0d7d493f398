/**
 * Whether the picture can be believed. Every comparison is written so that NaN fails it: what cannot be compared is not
 * believed.
 */
import type { Config, Image, Note, Reason, Timed } from "./control.ts";
import { newest, paired } from "./history.ts";
import type { State } from "./state.ts";

/** An inverter gives a little more than its rating for a while; beyond this the scale or the device is wrong. */
export const PV_OVER_RATING = 1.25;

/** At night an inverter takes a few watts; below this share of its rating its meter is wired the wrong way round. */
export const PV_UNDER_ZERO = 0.1;

export type Verdict = { readonly home: number; readonly bad?: never } | { readonly bad: Reason; readonly note?: Note };

export function believable(sample: Timed, image: Image, config: Config, low: number, high: number): boolean {
  const real = sample.watts >= low && sample.watts <= high;
  return real && sample.at <= image.now + config.skewMax;
}

export function gridBelievable(image: Image, config: Config): boolean {
  const { grid } = image;
  return grid === undefined || believable(grid, image, config, -config.plausible, config.plausible);
}

export function pvBelievable(image: Image, config: Config): boolean {
  const { pv } = image;
  const low = -PV_UNDER_ZERO * config.rated;
  return pv === undefined || believable(pv, image, config, low, PV_OVER_RATING * config.rated);
}

/** @param state with this image's believable samples already in its histories */
export function judge(state: State, image: Image, config: Config): Verdict {
  // No inverter has said its rating yet: there is nothing to hold, and nothing to measure a reading against.
  if (!(config.rated > 0)) return { bad: "starting" };
  if (!Number.isFinite(image.now)) return { bad: "implausible" };
  if (!gridBelievable(image, config) || !pvBelievable(image, config)) return { bad: "implausible" };
  if (!isCurrent(state.grid, image, config)) {
    return { bad: image.grid === undefined ? "meter-unavailable" : "meter-stale" };
  }
  if (!isCurrent(state.pv, image, config)) return { bad: image.pv === undefined ? "pv-unavailable" : "pv-stale" };
  const pair = paired(state.grid, state.pv);
  if (!(pair.apart <= config.skewMax)) return { bad: "skewed" };
  // All were found before this image, so no value in it can lift the doubt that it meets.
  if (state.direction.reversed) return { bad: "implausible", note: "reversed" };
  if (state.probe.found !== undefined) return { bad: "implausible", note: "probe-failed" };
  return state.frozen.found || state.frozen.words?.still === true
    ? { bad: "meter-stale", note: "frozen" }
    : { home: pair.home };
}

function isCurrent(history: readonly Timed[], image: Image, config: Config): boolean {
  const sample = newest(history);
  return sample !== undefined && image.now - sample.at <= config.staleAfter;
}

/**
 * A generated array: the sun's height for the day of the year and the place, a crude atmosphere, a day's cloudiness and
 * passing clouds. Straight between points a minute apart, so that clouds have edges with a slope. Plausible, not a yield
 * forecast: no temperature, no shading.
 */
import { Instant, Watts } from "@csj/quantity";
import { DAY_MS } from "@csj/reading";
import type { PvCurve } from "./power.ts";
import { cloudFactor } from "./recorded.ts";

const MINUTE_MS = 60_000;
/** The Earth's axial tilt. */
const TILT_DEGREES = 23.44;
/** Days from the winter solstice to the first of January. */
const SOLSTICE_DAYS = 10;
const YEAR_DAYS = 365.25;
/** With the sun in the zenith an array gives about this share of its peak power at working temperature. */
const ZENITH_SHARE = 0.95;
/** The share falls faster than the sine of the height: a low sun shines through more air. */
const AIR_EXPONENT = 1.25;

export interface Place {
  /** Degrees north. */
  readonly latitude: number;
  /** Degrees east. */
  readonly longitude: number;
}

export const middleOfEngland: Place = { latitude: 52.2, longitude: -1.3 };

export function rooftop(peak: Watts, seed: number, place: Place = middleOfEngland): PvCurve {
  const power = (minute: number) => {
    const at = Instant(minute * MINUTE_MS);
    return peak * clearSky(at, place) * cloudFactor(seed, at);
  };
  return (at) => {
    const minute = Math.floor(at / MINUTE_MS);
    const first = power(minute);
    const slope = (power(minute + 1) - first) / MINUTE_MS;
    return { watts: Watts(first + slope * (at - minute * MINUTE_MS)), slope, until: Instant((minute + 1) * MINUTE_MS) };
  };
}

/** Share of the peak power under a clear sky. */
export function clearSky(at: Instant, { latitude, longitude }: Place): number {
  const days = at / DAY_MS;
  const declination = -TILT_DEGREES * Math.cos((2 * Math.PI * ((days + SOLSTICE_DAYS) % YEAR_DAYS)) / YEAR_DAYS);
  const hourAngle = ((days % 1) - 0.5) * 360 + longitude;
  const sine =
    Math.sin(radians(latitude)) * Math.sin(radians(declination)) +
    Math.cos(radians(latitude)) * Math.cos(radians(declination)) * Math.cos(radians(hourAngle));
  return sine <= 0 ? 0 : ZENITH_SHARE * sine ** AIR_EXPONENT;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/**
 * Branded units: adding W to Wh does not compile. A brand is a compile-time label on a plain number, so it costs nothing
 * at run time. Arithmetic gives a bare number; wrap it again, naming the unit that it now has.
 *
 * Signs, everywhere: grid power is positive for import and negative for export; PV generation is positive; energy
 * registers only grow, import and export apart.
 */
type Branded<Unit extends string> = number & { readonly __unit: Unit };

export type Watts = Branded<"W">;
export type WattHours = Branded<"Wh">;
export type Volts = Branded<"V">;
export type Amps = Branded<"A">;
export type Hertz = Branded<"Hz">;
/** A duration in milliseconds. */
export type Millis = Branded<"ms">;
/** Milliseconds since 1970-01-01T00:00Z: a point in UTC, never a local time. */
export type Instant = Branded<"instant">;

export const Watts = (value: number): Watts => value as Watts;
export const WattHours = (value: number): WattHours => value as WattHours;
export const Volts = (value: number): Volts => value as Volts;
export const Amps = (value: number): Amps => value as Amps;
export const Hertz = (value: number): Hertz => value as Hertz;
export const Millis = (value: number): Millis => value as Millis;
export const Instant = (value: number): Instant => value as Instant;

export const seconds = (value: number): Millis => Millis(value * 1000);
export const minutes = (value: number): Millis => Millis(value * 60_000);

/** The instant `delay` after `at`. */
export const later = (at: Instant, delay: number): Instant => Instant(at + delay);

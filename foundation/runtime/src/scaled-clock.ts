/**
 * Simulated time that several processes agree on without talking: where the real time was REAL, the simulated time was
 * SIMULATED, and since then it runs at SPEED. A gateway and a plant that are given the same text show the same time,
 * also after one of them was started again.
 */
import { Instant, Millis } from "@csj/quantity";
import { runtimeErrors } from "./errors.ts";
import type { Clock, Timers } from "./ports.ts";

export interface ClockScale {
  readonly real: Instant;
  readonly simulated: Instant;
  /** Simulated seconds in a real one. */
  readonly speed: number;
}

const SPEED_MAX = 1_000_000;
const INSTANT = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?(?:Z|[+-]\\d{2}:\\d{2})";
const SCALE = new RegExp(`^(${INSTANT})=(${INSTANT})@(\\d+(?:\\.\\d+)?)$`);

/** `2026-11-24T09:00:00Z=2026-06-13T04:00:00Z@60`. An instant needs its zone; nothing is guessed. */
export function parseClockScale(text: string): ClockScale {
  const [, real = "", simulated = "", speed = ""] = SCALE.exec(text) ?? [];
  const scale = { real: Instant(Date.parse(real)), simulated: Instant(Date.parse(simulated)), speed: Number(speed) };
  if (Number.isNaN(scale.real) || Number.isNaN(scale.simulated)) {
    throw runtimeErrors.RUNTIME_CLOCK_SCALE(`"${text}" is no clock.`);
  }
  if (!(scale.speed > 0 && scale.speed <= SPEED_MAX)) {
    throw runtimeErrors.RUNTIME_CLOCK_SCALE(
      `The speed ${speed} of the clock "${text}" is not above 0 and up to ${SPEED_MAX}.`,
    );
  }
  return scale;
}

export function formatClockScale({ real, simulated, speed }: ClockScale): string {
  return `${new Date(real).toISOString()}=${new Date(simulated).toISOString()}@${speed}`;
}

/** The simulated time over a real clock; monotonic time runs at the same speed. */
export function scaledClock(scale: ClockScale | string, clock: Clock): Clock {
  const { real, simulated, speed } = typeof scale === "string" ? parseClockScale(scale) : scale;
  return {
    now: () => Instant(simulated + (clock.now() - real) * speed),
    monotonic: () => Millis(clock.monotonic() * speed),
    trusted: () => clock.trusted(),
  };
}

/** Delays in simulated time over real timers. */
export function scaledTimers(speed: number, timers: Timers): Timers {
  return { after: (delay, run) => timers.after(Millis(delay / speed), run) };
}

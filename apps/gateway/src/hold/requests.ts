/** Who wants export limited now: the installer's settings, the schedule of local hours, and the current limit per phase. */

import type { HoldConfig, Weekday } from "@csj/export-limit";
import {
  type LocalMoment,
  scheduledLimit,
  type TimedRequest,
  type WeeklySchedule,
  wattsOfAmps,
} from "@csj/export-limit";
import { Amps, type Instant, Volts, Watts } from "@csj/quantity";
import type { DeviceConfig, ExportLimitConfig, ScheduleEntry } from "../config/schema.ts";

/** [unverified] The supply voltage of a phase where nobody says otherwise. */
const NOMINAL_V = 230;

export class Requests {
  readonly #config: ExportLimitConfig;
  readonly #phases: 1 | 3;
  readonly #schedule: WeeklySchedule | undefined;
  readonly #local: (wall: Instant) => LocalMoment;

  /** @param phases how many phases' current the limit in W covers; see `phasesCovered` */
  constructor(config: ExportLimitConfig, zone: string, phases: 1 | 3) {
    this.#config = config;
    this.#phases = phases;
    this.#schedule = config.schedule === undefined ? undefined : scheduleOf(config.schedule, config.allowed_w);
    this.#local = localIn(zone);
  }

  /** @param wall absent while the clock is not trusted: then the lowest of the schedule applies */
  at(wall: Instant | undefined): readonly TimedRequest[] {
    const { allowed_w: watts, allowed_a: amps } = this.#config;
    const requests: TimedRequest[] = [{ origin: "installer", allowed: Watts(watts) }];
    if (amps !== undefined) requests.push({ origin: "installer, in A", allowed: this.#watts(amps) });
    if (this.#schedule !== undefined) {
      const local = wall === undefined ? undefined : this.#local(wall);
      requests.push({ origin: "schedule", allowed: scheduledLimit(this.#schedule, local).allowed });
    }
    return requests;
  }

  #watts(amps: number): Watts {
    const all = [Amps(amps), Amps(amps), Amps(amps)] as const;
    const on = wattsOfAmps({ amps: all, nominal: Volts(NOMINAL_V) }, undefined);
    return Watts(on[0] * this.#phases);
  }
}

/**
 * A limit in A of a phase is that of one phase in W where each phase is held alone. On the net of all phases it is three
 * phases' only where every inverter is said to feed all three alike; else all that is exported may flow on one.
 */
export function phasesCovered(basis: HoldConfig["basis"], inverters: readonly Pick<DeviceConfig, "phase">[]): 1 | 3 {
  return basis === "net" && inverters.length > 0 && inverters.every(({ phase }) => phase === "all") ? 3 : 1;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const EVERY_DAY: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];

function scheduleOf(entries: readonly ScheduleEntry[], otherwise: number): WeeklySchedule {
  const rules = entries.map(({ days, from, to, allowed_w: allowed }) => ({
    days: days?.map((day) => (DAYS.indexOf(day) + 1) as Weekday) ?? EVERY_DAY,
    from: minuteOf(from),
    to: minuteOf(to),
    allowed: Watts(allowed),
  }));
  return { rules, otherwise: Watts(otherwise) };
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

function localIn(zone: string): (wall: Instant) => LocalMoment {
  const options = { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const format = new Intl.DateTimeFormat("en-GB", options);
  return (wall) => {
    const parts = new Map(format.formatToParts(wall).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf((parts.get("weekday") ?? "").toLowerCase() as (typeof DAYS)[number]);
    return { weekday: (day + 1) as Weekday, minute: Number(parts.get("hour")) * 60 + Number(parts.get("minute")) };
  };
}

/** How the site is held, for its page and its head-end. */
import { type Held, modeSentence } from "@csj/export-limit";
import type { LiveHold } from "@csj/uplink";
import type { Alarm } from "./alarms.ts";
import type { Controlled } from "./control-loop.ts";

/** Output this far below the limit, as a share of the rating, is the sun's doing: then nothing is held back. */
const BITES_WITHIN = 0.03;

export function liveHold(controlled: Controlled, alarm: Alarm | undefined): LiveHold {
  const { held, config, readings, stopped, maintenance, now } = controlled;
  if (held === undefined || config === undefined) throw new Error("nothing is held");
  const { verdict, allowed, available } = held;
  const output = readings.pv?.watts;
  return {
    mode: verdict.mode,
    says: stopped ? "The inverters were stopped by hand, here on site." : modeSentence(verdict),
    standard: config.standard.id,
    basis: config.basis,
    allowed_w: Math.round(allowed.allowed),
    origin: allowed.origin,
    headroom_w: output === undefined ? null : Math.max(0, Math.round(held.limit - output)),
    available_w: available === undefined ? null : Math.round(available),
    curtailed_w: curtailed(held, output, config.law.rated),
    excursions: verdict.excursions,
    lockout_s: Math.ceil(verdict.lockoutLeft / 1000),
    stopped,
    maintenance_s: maintenance === undefined ? 0 : Math.ceil(Math.max(0, maintenance.until - now) / 1000),
    alarm: alarm === undefined ? null : { ...alarm },
    units: held.commands.map(({ id, limit }, index) => ({
      id,
      limit_w: Math.round(limit),
      output_w: wholeOr(readings.outputs.get(id)?.watts),
      state: held.troubles[index] ?? "ok",
    })),
  };
}

/** Null where it holds back and nobody has seen how much the sun gives. */
function curtailed({ limit, available }: Held, output: number | undefined, rated: number): number | null {
  if (output === undefined) return null;
  if (output < limit - BITES_WITHIN * rated) return 0;
  return available === undefined ? null : Math.max(0, Math.round(available - output));
}

function wholeOr(watts: number | undefined): number | null {
  return watts === undefined || !Number.isFinite(watts) ? null : Math.round(watts);
}

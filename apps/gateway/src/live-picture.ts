/** The picture of the site that its page and its head-end show. Every number is whole, so that it has one canonical text. */
import type { Live } from "@csj/uplink";
import type { GatewayConfig } from "./config/schema.ts";
import type { ShownDevice, SiteDevices } from "./devices.ts";
import type { Alarm } from "./hold/alarms.ts";
import type { Controlled } from "./hold/control-loop.ts";
import { liveHold } from "./hold/live-hold.ts";
import type { Moment } from "./moment.ts";

export interface PictureParts {
  readonly config: GatewayConfig;
  readonly devices: SiteDevices;
  readonly ratedW: number;
  readonly moment: Moment;
  /** Undefined before the first cycle. */
  readonly controlled: Controlled | undefined;
  /** Messages that the head-end has not confirmed. */
  readonly waiting: number;
  readonly alarm: Alarm | undefined;
}

export function livePicture({ config, devices, ratedW, moment, controlled, waiting, alarm }: PictureParts): Live {
  const grid = controlled?.readings.grid?.watts;
  const pv = controlled?.readings.pv?.watts;
  const battery = controlled?.readings.battery?.watts;
  const held = controlled?.held;
  return {
    kind: "live",
    site: config.site.id,
    at: moment.trusted ? new Date(moment.wall).toISOString() : null,
    grid_w: whole(grid),
    pv_w: whole(pv),
    home_w: grid === undefined || pv === undefined ? null : whole(grid + pv + (battery ?? 0)),
    limit_w: whole(held?.limit),
    rated_w: Math.round(ratedW),
    allowed_export_w: held?.allowed.allowed ?? config.export_limit?.allowed_w ?? 0,
    reason: reasonOf(controlled),
    safe: controlled?.untaken !== true && (held?.decision.safe ?? false),
    sentence: controlled?.sentence() ?? "Waiting for the first readings.",
    age_ms: whole(oldest(controlled, moment)),
    time_trusted: moment.trusted,
    waiting,
    simulated: config.simulated ?? false,
    devices: [...devices.all.map((device) => shown(device, moment)), ...relayOf(devices, moment)],
    ...(devices.batteries.length === 0 ? {} : { battery_w: whole(battery) }),
    ...(controlled?.held === undefined ? {} : { hold: liveHold(controlled, alarm) }),
  };
}

/** The law's, where nothing else has the last word. */
function reasonOf(controlled: Controlled | undefined): string {
  if (controlled?.untaken === true) return "limit-not-taken";
  if (controlled?.stopped === true) return "stopped";
  const held = controlled?.held;
  if (held === undefined) return "starting";
  return held.limit < held.decision.limit ? "held-by-state" : held.decision.reason;
}

function relayOf({ relay }: SiteDevices, { monotonic }: Moment): Live["devices"] {
  if (relay === undefined) return [];
  const age = relay.shown.health.age(monotonic);
  return [{ id: "relay", role: "relay", profile: "coil", age_ms: whole(age), error: relay.error ?? null }];
}

function shown(
  { config: { id, role, profile }, healths, warning }: ShownDevice,
  { monotonic }: Moment,
): Live["devices"][number] {
  const ages = healths.map((health) => health.age(monotonic)).filter((age) => age !== undefined);
  const error = healths.map((health) => health.error).find((code) => code !== undefined);
  const age_ms = ages.length === 0 ? null : whole(Math.min(...ages));
  return { id, role, profile, age_ms, error: error ?? null, ...(warning === undefined ? {} : { warning }) };
}

function oldest(controlled: Controlled | undefined, { monotonic }: Moment): number | undefined {
  const times = [controlled?.readings.grid?.at, controlled?.readings.pv?.at].filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.max(0, monotonic - Math.min(...times));
}

function whole(value: number | undefined): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  const rounded = Math.round(value);
  return rounded === 0 ? 0 : rounded;
}

/**
 * A street that answers as the head-end does, deterministic and without one: each home is a case that the pages must show
 * (held, free, rising, silent, offline, exporting, never seen). It only feeds pages; no energy in it is measured.
 */
import type { DemoDevice, DemoFault, Live, Site } from "../api/shapes.ts";

export const ZONE = "Europe/London";
/** A clear afternoon: 14:10 in London. */
export const START = Date.parse("2026-06-24T13:10:00Z");

type Case = "held" | "free" | "rising" | "meter-silent" | "offline" | "exporting" | "never";

interface Home {
  readonly id: string;
  readonly name: string;
  readonly rated: number;
  readonly load: number;
  readonly sun: number;
  readonly plays: Case;
}

const homes: readonly Home[] = [
  { id: "site-01", name: "12 Willow Way", rated: 5000, load: 2100, sun: 4200, plays: "held" },
  { id: "site-02", name: "14 Willow Way", rated: 3680, load: 3900, sun: 1900, plays: "free" },
  { id: "site-03", name: "16 Willow Way", rated: 6000, load: 640, sun: 4800, plays: "held" },
  { id: "site-04", name: "18 Willow Way", rated: 3680, load: 420, sun: 2600, plays: "meter-silent" },
  { id: "site-05", name: "20 Willow Way", rated: 5000, load: 3300, sun: 4100, plays: "rising" },
  { id: "site-06", name: "Mill House", rated: 10_000, load: 8400, sun: 5200, plays: "free" },
  { id: "site-07", name: "3 Ferry Lane", rated: 3680, load: 310, sun: 900, plays: "offline" },
  { id: "site-08", name: "5 Ferry Lane", rated: 3680, load: 1200, sun: 2800, plays: "held" },
  { id: "site-09", name: "7 Ferry Lane", rated: 5000, load: 900, sun: 3900, plays: "exporting" },
  { id: "site-10", name: "9 Ferry Lane", rated: 3680, load: 5200, sun: 2700, plays: "free" },
  { id: "site-11", name: "11 Ferry Lane", rated: 8000, load: 1700, sun: 5900, plays: "held" },
  { id: "site-12", name: "The Old Forge", rated: 3680, load: 0, sun: 0, plays: "never" },
];

export interface Street {
  sites(): Site[];
  /** Moves time by a second and gives the pictures of the homes that are heard. */
  tick(): Live[];
  last(id: string): Live | undefined;
  history(id: string): Record<string, (number | null)[]>;
  devices(): DemoDevice[];
  setFault(id: string, fault: DemoFault): DemoDevice | undefined;
}

export function makeStreet(count = homes.length): Street {
  const used = homes.slice(0, count);
  const faults = new Map<string, DemoFault>();
  const step = new Map(used.map((home) => [home.id, 0]));
  let seconds = 0;

  const pictureOf = (home: Home, at: number): Live => picture(home, at, faults.get(`${home.id}-grid`) ?? "none");
  const heard = (home: Home): boolean => home.plays !== "never" && home.plays !== "offline";

  return {
    sites: () =>
      used.map((home) => siteOf(home, home.plays === "never" ? null : pictureOf(home, step.get(home.id) ?? 0))),
    tick: () => {
      seconds += 1;
      return used.filter(heard).map((home) => {
        step.set(home.id, seconds);
        return pictureOf(home, seconds);
      });
    },
    last: (id) => {
      const home = used.find((one) => one.id === id);
      return home === undefined || home.plays === "never" ? undefined : pictureOf(home, step.get(id) ?? 0);
    },
    history: (id) =>
      historyOf(
        used.find((one) => one.id === id),
        seconds,
      ),
    devices: () => used.flatMap((home, index) => devicesOf(home, index, faults)),
    setFault: (id, fault) => {
      faults.set(id, fault);
      return used.flatMap((home, index) => devicesOf(home, index, faults)).find((device) => device.id === id);
    },
  };
}

/** Slow waves of two lengths, so that a line looks like a home and is the same in each run. */
function wave(at: number, seed: number): number {
  return (
    0.06 * Math.sin(at / 37 + seed) +
    0.03 * Math.sin(at / 11 + 2 * seed) +
    (Math.floor((at + seed * 90) / 420) % 3 === 0 ? 0.35 : 0)
  );
}

function balance(home: Home, at: number): { grid: number; pv: number; load: number; limit: number; reason: string } {
  const seed = Number(home.id.slice(-2));
  const load = Math.round(home.load * (1 + wave(at, seed)));
  const sun = Math.round(home.sun * (1 + wave(at, seed + 5) / 4));
  if (home.plays === "held")
    return { grid: 12, pv: Math.min(sun, load - 12), load, limit: load, reason: "following-load" };
  if (home.plays === "rising") return { grid: load - 2600, pv: 2600, load, limit: 2600, reason: "rising" };
  if (home.plays === "exporting") return { grid: -180, pv: load + 180, load, limit: load, reason: "following-load" };
  return { grid: load - sun, pv: sun, load, limit: home.rated, reason: "not-limiting" };
}

function picture(home: Home, at: number, fault: DemoFault): Live {
  const { grid, pv, load, limit, reason } = balance(home, at);
  const silent = home.plays === "meter-silent" || fault === "silent";
  return {
    kind: "live",
    site: home.id,
    at: new Date(START + (home.plays === "offline" ? -5_400_000 : at * 1000)).toISOString(),
    grid_w: silent ? null : grid,
    pv_w: silent ? 0 : pv,
    home_w: silent ? null : load,
    limit_w: silent ? 0 : limit,
    rated_w: home.rated,
    allowed_export_w: 0,
    reason: silent ? "meter-unavailable" : reason,
    safe: silent,
    sentence: silent
      ? "No reading from the meter for 12 s: the inverter is at its safe limit of 0 W."
      : sentenceOf(reason, limit, load),
    age_ms: silent ? 12_000 : 240,
    time_trusted: true,
    waiting: 0,
    simulated: true,
    devices: [
      {
        id: `${home.id}-grid`,
        role: "grid",
        profile: "eastron-sdm630",
        age_ms: silent ? 12_000 : 180,
        error: silent ? "MODBUS_TIMEOUT" : null,
      },
      { id: `${home.id}-inverter`, role: "inverter", profile: "sunspec-inverter", age_ms: 240, error: null },
    ],
  };
}

function sentenceOf(reason: string, limit: number, load: number): string {
  const kilowatts = (watts: number): string => (watts < 1000 ? `${watts} W` : `${(watts / 1000).toFixed(1)} kW`);
  if (reason === "following-load")
    return `Held at ${kilowatts(limit)}: the home uses ${kilowatts(load)} and nothing may be exported.`;
  if (reason === "rising") return `Rising from ${kilowatts(limit)}: the home uses ${kilowatts(load)} now.`;
  return `Not held back: the home uses ${kilowatts(load)}, more than the sun gives.`;
}

function siteOf(home: Home, live: Live | null): Site {
  const channels = ["import", "export", "generation"];
  return {
    id: home.id,
    name: home.name,
    zone: ZONE,
    simulated: true,
    online: home.plays !== "offline" && home.plays !== "never",
    allowed_export_w: 0,
    rated_w: home.rated,
    meters: [{ id: `${home.id}-grid`, role: "grid", profile: "eastron-sdm630", interval_s: 1800, channels }],
    live,
  };
}

const HOUR = 3_600;

function historyOf(home: Home | undefined, now: number): Record<string, (number | null)[]> {
  const history = {
    at: [] as number[],
    grid_w: [] as number[],
    pv_w: [] as number[],
    home_w: [] as number[],
    limit_w: [] as number[],
  };
  if (home === undefined || home.plays === "never") return history;
  for (let at = now - HOUR; at <= now; at += 5) {
    const { grid, pv, load, limit } = balance(home, at);
    history.at.push(START + at * 1000);
    history.grid_w.push(grid);
    history.pv_w.push(pv);
    history.home_w.push(load);
    history.limit_w.push(limit);
  }
  return history;
}

function devicesOf(home: Home, index: number, faults: ReadonlyMap<string, DemoFault>): DemoDevice[] {
  const device = (role: string, profile: string, port: number, plays: string): DemoDevice => {
    const id = `${home.id}-${role}`;
    return {
      id,
      site: home.id,
      role,
      profile,
      unit: 1,
      address: `tcp://127.0.0.1:${port}`,
      plays,
      fault: faults.get(id) ?? "none",
    };
  };
  return [
    device("grid", "eastron-sdm630", 5020 + 2 * index, "The meter at the grid connection"),
    device("inverter", "sunspec-inverter", 5021 + 2 * index, `A ${home.rated / 1000} kW inverter on the roof`),
  ];
}

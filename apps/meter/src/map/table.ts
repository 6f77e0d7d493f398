/** The map: every register that can be read, in address order. docs/METER.md has the same table, and a test says so. */
import {
  channelIds,
  channelIndex,
  energyKinds,
  energyPlaces,
  HARMONIC_PLACES,
  profiledKinds,
  RATE_KINDS,
  RATE_PLACES,
  registerIndex,
  TOTAL_PLACE,
} from "@csj/metrology";
import { eventKinds } from "../event-window.ts";
import { sumOf } from "../live.ts";
import { type Row, type RowType, sizes } from "./row.ts";
import type { Shown } from "./shown.ts";

export const MAP_VERSION = 1;
/** The highest harmonic that the map has. */
export const MAP_HARMONICS = 31;
/** Registers from one channel's harmonics to the next one's. */
export const HARMONICS_STEP = 100;
export const base = {
  meter: 1000,
  values: 2000,
  billing: 2900,
  energies: 3000,
  rates: 3200,
  demand: 3300,
  latched: 3400,
  harmonics: 4000,
  events: 5000,
  profile: 6000,
} as const;

type Shape = Omit<Row, "at">;

/** Rows one behind the other. */
function rowsFrom(at: number, shapes: readonly Shape[]): Row[] {
  let next = at;
  return shapes.map((shape) => {
    const row = { ...shape, at: next };
    next += sizes[shape.type];
    return row;
  });
}

const meter = (type: RowType, name: string, unit: string, of: Row["of"]): Shape => ({
  type,
  name,
  unit,
  source: "meter",
  of,
});

const meterRows = rowsFrom(base.meter, [
  meter("u16", "Version of this map", "1", () => MAP_VERSION),
  meter(
    "u16",
    "State bits: 1 voltage followed, 2 clock trusted, 4 last window flagged, 8 writes unlocked",
    "1",
    stateBits,
  ),
  ...[0, 1, 2, 3].map((word) =>
    meter("u16", `Hash of the configuration and the calibration, word ${word + 1}`, "1", ({ hash }) => hash[word] ?? 0),
  ),
  meter("u32", "Clock", "s", ({ now }) => Math.floor(now / 1000)),
  meter("u32", "Time since the start", "s", ({ uptimeMs }) => Math.floor(uptimeMs / 1000)),
  meter("u32", "Gaps in the samples since the start", "1", ({ gaps }) => gaps),
  meter("u64", "Samples lost since the start", "1", ({ lostSamples }) => lostSamples),
  meter("u16", "Seconds for which writes are still unlocked", "s", ({ unlockedMs }) => Math.ceil(unlockedMs / 1000)),
  meter("u16", "Sample rate", "1/s", ({ layout }) => layout.rate),
  meter("u16", "Nominal frequency", "Hz", ({ layout }) => layout.nominalHertz),
  meter("f32", "Declared voltage", "V", ({ layout }) => layout.nominalVolts),
  meter("u16", "Switch inputs, one bit each: 1 open", "1", ({ inputs }) => inputs),
  meter("u16", "Protection, supervisory: 1 throttle, 2 disconnect", "1", ({ outputs }) => outputs),
  meter("u32", "Last entry of the event log", "1", ({ lastEntry }) => lastEntry),
  meter("u32", "Last capture", "1", ({ lastCapture }) => lastCapture),
]);

function stateBits({ live, now, unlockedMs }: Shown): number {
  const trusted = Number.isNaN(now) ? 0 : 2;
  return (live.locked ? 1 : 0) | trusted | (live.flagged ? 4 : 0) | (unlockedMs > 0 ? 8 : 0);
}

const value = (name: string, unit: string, of: Row["of"], sign?: Row["sign"]): Shape => ({
  type: "f32",
  name,
  unit,
  source: "window",
  of,
  ...(sign === undefined ? {} : { sign }),
});

const phases = [0, 1, 2] as const;
const ids = [...channelIds];
const unitOf = (id: string) => (id.startsWith("u") ? "V" : "A");

const valueRows = rowsFrom(base.values, [
  ...ids.map((id) => value(`RMS of ${id}`, unitOf(id), ({ live }) => live.rms[channelIndex(id)]!)),
  value("Frequency", "Hz", ({ live }) => live.frequency),
  value("Active power, total", "W", ({ live }) => sumOf(live.active), "import"),
  ...phases.map((p) => value(`Active power L${p + 1}`, "W", ({ live }) => live.active[p]!, "import")),
  value("Reactive power, total", "var", ({ live }) => sumOf(live.reactive), "lagging"),
  ...phases.map((p) => value(`Reactive power L${p + 1}`, "var", ({ live }) => live.reactive[p]!, "lagging")),
  value("Fundamental reactive power, total", "var", ({ live }) => sumOf(live.reactiveFundamental), "lagging"),
  ...phases.map((p) =>
    value(`Fundamental reactive power L${p + 1}`, "var", ({ live }) => live.reactiveFundamental[p]!, "lagging"),
  ),
  value("Apparent power, total (vectorial)", "VA", ({ live }) => apparentTotal(live.active, live.reactive)),
  ...phases.map((p) => value(`Apparent power L${p + 1}`, "VA", ({ live }) => live.apparent[p]!)),
  value(
    "Power factor, total",
    "1",
    ({ live }) => sumOf(live.active) / apparentTotal(live.active, live.reactive),
    "import",
  ),
  ...phases.map((p) =>
    value(`Power factor L${p + 1}`, "1", ({ live }) => live.active[p]! / live.apparent[p]!, "import"),
  ),
  ...phases.map((p) =>
    value(`Displacement power factor L${p + 1}`, "1", ({ live }) => displacement(live, p), "import"),
  ),
  ...ids.map((id) => value(`THD of ${id}, part of the fundamental`, "1", ({ live }) => live.thd[channelIndex(id)]!)),
  value("Unbalance u2, part of the positive sequence", "1", ({ live }) => live.unbalanceNegative),
  value("Unbalance u0, part of the positive sequence", "1", ({ live }) => live.unbalanceZero),
  ...phases.map((p) => value(`Pst of u${p + 1}, last whole 10 minutes`, "1", ({ pst }) => pst[p]!)),
  ...phases.map(
    (p): Shape => ({ ...value(`Urms(1/2) of u${p + 1}`, "V", ({ live }) => live.half[p]!), source: "half-cycle" }),
  ),
  ...ids.map((id) =>
    value(`Angle of ${id}'s fundamental, u1 at 0`, "deg", ({ live }) => angle(live, channelIndex(id))),
  ),
  { type: "u64", name: "End of the window", unit: "ms", source: "window", of: ({ live }) => Math.round(live.at) },
]);

function apparentTotal(active: Float64Array, reactive: Float64Array): number {
  return Math.hypot(sumOf(active), sumOf(reactive));
}

function displacement({ activeFundamental, reactiveFundamental }: Shown["live"], phase: number): number {
  const p = activeFundamental[phase]!;
  return p / Math.hypot(p, reactiveFundamental[phase]!);
}

function angle({ re, im }: Shown["live"], channel: number): number {
  return (Math.atan2(im[channel]!, re[channel]!) * 180) / Math.PI;
}

const kept = (type: RowType, name: string, unit: string, of: Row["of"]): Shape => ({
  type,
  name,
  unit,
  source: "kept",
  of,
});

const MILLI = 1000;
const totalOf = (shown: Shown, kind: (typeof energyKinds)[number]): number =>
  shown.kept?.energies[registerIndex(energyKinds.indexOf(kind), TOTAL_PLACE)]?.count ?? Number.NaN;

/** In whole Wh, as a utility reads them: the mWh registers cut, so that a difference is off by 1 Wh at the most. */
const billingRows = rowsFrom(base.billing, [
  kept("u64", "Active import, total", "Wh", (s) => Math.floor(totalOf(s, "active-import") / MILLI)),
  kept("u64", "Active export, total", "Wh", (s) => Math.floor(totalOf(s, "active-export") / MILLI)),
  kept("u64", "Reactive import (Q1 + Q2), total", "varh", (s) =>
    Math.floor((totalOf(s, "reactive-q1") + totalOf(s, "reactive-q2")) / MILLI),
  ),
  kept("u64", "Reactive export (Q3 + Q4), total", "varh", (s) =>
    Math.floor((totalOf(s, "reactive-q3") + totalOf(s, "reactive-q4")) / MILLI),
  ),
]);

const milliUnit = (kind: string) =>
  kind.startsWith("active") ? "mWh" : kind.startsWith("reactive") ? "mvarh" : "mVAh";

const energyRows = rowsFrom(
  base.energies,
  [TOTAL_PLACE, 0, 1, 2].flatMap((place) =>
    energyKinds.map((kind, k) =>
      kept("u64", `Energy ${kind}, ${energyPlaces[place]}`, milliUnit(kind), (shown) => {
        return shown.kept?.energies[registerIndex(k, place)]?.count ?? Number.NaN;
      }),
    ),
  ),
);

const rateRows = rowsFrom(
  base.rates,
  RATE_KINDS.flatMap((kind, k) =>
    Array.from({ length: RATE_PLACES }, (_, rate) =>
      kept("u64", `Energy ${kind}, total, rate ${rate}${rate === 0 ? " (none known)" : ""}`, "mWh", (shown) => {
        return shown.kept?.rates[k * RATE_PLACES + rate]?.count ?? Number.NaN;
      }),
    ),
  ),
);

const demandRows = rowsFrom(base.demand, [
  kept("f32", "Maximum demand since the reset", "W", (shown) => shown.kept?.demand.maximum ?? Number.NaN),
  kept("u32", "End of its period", "s", (shown) => (shown.kept?.demand.at ?? Number.NaN) / 1000),
]);

const latchedRows = rowsFrom(base.latched, [
  kept("u32", "End of the last interval", "s", ({ latched }) => latched?.end ?? Number.NaN),
  kept("u16", "Its length", "s", ({ latched }) => latched?.length ?? Number.NaN),
  kept("u16", "Its status bits", "1", ({ latched }) => latched?.status ?? Number.NaN),
  kept("u32", "Its number", "1", ({ latched }) => latched?.sequence ?? Number.NaN),
  ...profiledKinds.map((kind, k) =>
    kept("u64", `Register ${kind} at its end`, milliUnit(kind), ({ latched }) => latched?.counts[k] ?? Number.NaN),
  ),
]);

const harmonicRows = ids.flatMap((id) =>
  rowsFrom(
    base.harmonics + HARMONICS_STEP * channelIndex(id),
    Array.from({ length: MAP_HARMONICS + 1 }, (_, h) =>
      value(h === 0 ? `DC part of ${id}` : `Harmonic subgroup ${h} of ${id}`, unitOf(id), ({ live }) => {
        return live.harmonics[channelIndex(id) * HARMONIC_PLACES + h]!;
      }),
    ),
  ),
);

const selected = (type: RowType, name: string, unit: string, of: Row["of"]): Shape => ({
  type,
  name,
  unit,
  source: "selected",
  of,
});

const eventRows = rowsFrom(base.events, [
  selected("u32", "First event that is held", "1", ({ firstEvent }) => firstEvent),
  selected("u32", "Last event", "1", ({ lastEvent }) => lastEvent),
  selected("u32", "Selected event; write it", "1", ({ selectedEvent }) => selectedEvent?.sequence ?? Number.NaN),
  selected("u16", kindsOfEvents(), "1", ({ selectedEvent }) => eventKindOf(selectedEvent)),
  selected("u16", "Its channels, a bit each, u1 lowest", "1", ({ selectedEvent }) => channelBits(selectedEvent)),
  selected("u64", "Its start", "ms", ({ selectedEvent }) => Math.round(selectedEvent?.start ?? Number.NaN)),
  selected("f32", "Its duration", "s", ({ selectedEvent }) => selectedEvent?.seconds ?? Number.NaN),
  selected("f32", "Its residual or largest voltage", "V", ({ selectedEvent }) => selectedEvent?.extreme ?? Number.NaN),
]);

function kindsOfEvents(): string {
  return `Its kind: ${Object.entries(eventKinds)
    .map(([kind, number]) => `${number} ${kind}`)
    .join(", ")}`;
}

function eventKindOf(event: Shown["selectedEvent"]): number {
  return event === undefined ? Number.NaN : eventKinds[event.kind];
}

function channelBits(event: Shown["selectedEvent"]): number {
  return event === undefined ? Number.NaN : event.channels.reduce((bits, id) => bits | (1 << channelIndex(id)), 0);
}

const profileRows = rowsFrom(base.profile, [
  selected("u32", "First interval that is held", "1", ({ profileFirst }) => profileFirst),
  selected("u32", "Last interval", "1", ({ profileLast }) => profileLast),
  selected("u32", "Selected interval; write it", "1", ({ selectedProfile }) => selectedProfile?.sequence ?? Number.NaN),
  selected("u32", "Its end", "s", ({ selectedProfile }) => selectedProfile?.end ?? Number.NaN),
  selected("u16", "Its length", "s", ({ selectedProfile }) => selectedProfile?.length ?? Number.NaN),
  selected("u16", "Its status bits", "1", ({ selectedProfile }) => selectedProfile?.status ?? Number.NaN),
  ...profiledKinds.map((kind, k) =>
    selected("u64", `Register ${kind} at its end`, milliUnit(kind), ({ selectedProfile }) => {
      return selectedProfile?.counts[k] ?? Number.NaN;
    }),
  ),
  selected("u32", "First day or month that is held", "1", ({ snapshotFirst }) => snapshotFirst),
  selected("u32", "Last day or month", "1", ({ snapshotLast }) => snapshotLast),
]);

/** By area; within one every address from the first row to behind the last is read, and what lies between rows is 0. */
export const areas: readonly (readonly Row[])[] = [
  meterRows,
  valueRows,
  billingRows,
  energyRows,
  rateRows,
  demandRows,
  latchedRows,
  harmonicRows,
  eventRows,
  profileRows,
];

export const rows: readonly Row[] = areas.flat();

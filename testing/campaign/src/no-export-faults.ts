/**
 * The no-export fault campaign: every single fault x every part that can have it x seeded moments, and pairs of faults,
 * which are reported and not judged. What is expected is data (`no-export-expectations.ts`).
 */
import { readStandard } from "@csj/gateway";
import { invertersOf, type SiteSpec } from "@csj/world";
import { type Expectation, expectations, open, type Part } from "./no-export-expectations.ts";
import { excuse, partsOf, plants } from "./no-export-plants.ts";
import { openPool, type Pool } from "./no-export-pool.ts";
import { recorded } from "./no-export-record.ts";
import type { RunResult, SetFault } from "./no-export-run.ts";

export interface NoExportOptions {
  /** For each fault of each part. */
  readonly moments: number;
  readonly seed: number;
  /** How many pairs of faults a site is tried with; none where it is 0. */
  readonly pairs: number;
  /** Its `back_within_s` is how long a site may be over; the gateway's default where it is absent. */
  readonly standard?: string;
  /** Ids; all where it is absent. */
  readonly sites?: readonly string[];
  /** Only these faults; all where it is absent. */
  readonly faults?: readonly string[];
  /** Threads; this one alone where it is absent or 1. */
  readonly jobs?: number;
  /** A file of results that are taken from there and added to. */
  readonly out?: string;
  progress(text: string): void;
}

export interface FaultRow {
  readonly site: string;
  readonly on: string;
  readonly part: Part;
  readonly fault: string;
  readonly moments: number;
  /** The worst of all moments. */
  readonly overS: number;
  readonly exportedWh: number;
  readonly peakW: number;
  /** The latest of those that were found; undefined where none was. */
  readonly foundAfterS: number | undefined;
  readonly foundMedianS: number | undefined;
  readonly found: number;
  /** Moments that went wrong, with the seed that repeats each. */
  readonly wrong: readonly { readonly seed: number; readonly why: string }[];
  /** Why commissioning refuses the site, where that is the answer to this fault. */
  readonly refused: string | undefined;
  /** Why it is known not to hold yet. */
  readonly open: string | undefined;
}

export interface PairRow {
  readonly site: string;
  readonly faults: string;
  readonly seed: number;
  readonly overS: number;
  readonly exportedWh: number;
  readonly foundAfterS: number | undefined;
}

export interface NoExportResult {
  readonly rows: readonly FaultRow[];
  readonly pairs: readonly PairRow[];
  readonly runs: number;
  readonly problems: readonly string[];
}

/** After the time in which it has to be found, so that what follows is seen. */
const TAIL_S = 45;

export async function noExportFaults(options: NoExportOptions): Promise<NoExportResult> {
  const inner = openPool(options.jobs ?? 1);
  try {
    return await tryAll(options, options.out === undefined ? inner : recorded(inner, options.out));
  } finally {
    await inner.close();
  }
}

async function tryAll(options: NoExportOptions, pool: Pool): Promise<NoExportResult> {
  const rows: FaultRow[] = [];
  const pairs: PairRow[] = [];
  const sites = plants.filter(({ id }) => options.sites?.includes(id) ?? true);
  const count = sites.reduce((sum, site) => sum + cases(site, options).length, 0);
  for (const site of sites) {
    for (const one of cases(site, options)) {
      const row = await tried(site, one, options, pool);
      rows.push(row);
      options.progress(`${rows.length}/${count} ${said(row)}`);
    }
    pairs.push(...(await Promise.all(seeds(options.pairs).map((pair) => triedPair(site, pair, options, pool)))));
  }
  const problems = rows
    .filter((row) => row.refused === undefined && row.open === undefined && row.wrong.length > 0)
    .map(said);
  return { rows, pairs, runs: rows.length * options.moments + pairs.length, problems };
}

interface Case {
  readonly part: Part;
  readonly expectation: Expectation;
  readonly on: string;
}

function cases(site: SiteSpec, { faults }: Pick<NoExportOptions, "faults">): readonly Case[] {
  return expectations
    .filter(({ fault }) => faults?.includes(fault) ?? true)
    .flatMap((expectation) =>
      expectation.parts.flatMap((part) => partsOf(site, part).map((on) => ({ expectation, part, on }))),
    );
}

async function tried(
  site: SiteSpec,
  { expectation, part, on }: Case,
  { moments, seed, ...more }: NoExportOptions,
  pool: Pool,
): Promise<FaultRow> {
  const { fault } = expectation;
  const rules = more.standard === undefined ? {} : { standard: more.standard };
  const standard = readStandard(more.standard);
  const backWithinS = standard.back_within_s.value;
  const seconds = (expectation.signal ? 0 : expectation.foundWithinS) + TAIL_S + backWithinS;
  const results = await Promise.all(
    seeds(moments).map(async (moment) => {
      const run = mixed(seed, moment);
      const task = { site: site.id, faults: [{ fault, on }], seed: run, seconds, ...rules };
      return { seed: run, result: await pool.run(task) };
    }),
  );
  const found = results.map(({ result }) => result.foundAfterS).filter((after) => after !== undefined);
  return {
    site: site.id,
    on,
    part,
    fault,
    moments,
    overS: most(results.map(({ result }) => longest(result))),
    exportedWh: most(results.map(({ result }) => result.exportedWh)),
    peakW: most(results.map(({ result }) => result.peakW)),
    foundAfterS: found.length === 0 ? undefined : most(found),
    foundMedianS: found.length === 0 ? undefined : median(found),
    found: found.length,
    wrong: results.flatMap(({ seed: run, result }) => {
      const why = wrongWith(result, expectation, { within: backWithinS, small: SMALL_SHARE * ratedOf(site) });
      return why === undefined ? [] : [{ seed: run, why }];
    }),
    refused: excuse(site, expectation, standard),
    open: open.find((one) => one.fault === fault && one.part === part && (one.sites?.includes(site.id) ?? true))?.why,
  };
}

/** With a signal: never over for longer than allowed. Without: the same, counted from when it had to be found. */
function wrongWith(
  { over, foundAfterS, peakW }: RunResult,
  expectation: Expectation,
  { within, small }: { readonly within: number; readonly small: number },
): string | undefined {
  const { signal, foundWithinS, mustSay } = expectation;
  const from = signal ? 0 : foundWithinS;
  for (const [begin, end] of over) {
    const seconds = end - Math.max(begin, from);
    if (seconds > within) return `over for ${seconds.toFixed(0)} s from ${begin.toFixed(0)} s after the fault`;
  }
  // A test of the meter needs output that can be lowered: below that nothing can be told, and so little can be exported.
  if (!signal && foundAfterS === undefined && peakW <= small) return undefined;
  if (!mustSay || (foundAfterS ?? Number.POSITIVE_INFINITY) <= foundWithinS) return undefined;
  return foundAfterS === undefined ? "never said" : `said only after ${foundAfterS.toFixed(0)} s`;
}

async function triedPair(
  site: SiteSpec,
  index: number,
  { seed, standard }: NoExportOptions,
  pool: Pool,
): Promise<PairRow> {
  const all = cases(site, {});
  const run = mixed(seed ^ 0xbad, index);
  const first = all[run % all.length] as Case;
  const others = all.filter(({ on }) => on !== first.on);
  const second = others[Math.floor(run / all.length) % others.length] as Case;
  const faults: SetFault[] = [first, second].map(({ expectation, on }) => ({ fault: expectation.fault, on }));
  const rules = standard === undefined ? {} : { standard };
  const result = await pool.run({ site: site.id, faults, seed: run, seconds: PAIR_S, ...rules });
  return {
    site: site.id,
    faults: faults.map(({ fault, on }) => `${on} ${fault}`).join(" + "),
    seed: run,
    overS: longest(result),
    exportedWh: result.exportedWh,
    foundAfterS: result.foundAfterS,
  };
}

const PAIR_S = 180;

/** Of the rating; docs/NO-EXPORT.md says below which output a silent fault is not told. */
const SMALL_SHARE = 0.01;
const ratedOf = (site: SiteSpec) => invertersOf(site).reduce((sum, { rated }) => sum + rated, 0);

const longest = ({ over }: RunResult) => most(over.map(([begin, end]) => end - begin));
const seeds = (count: number) => Array.from({ length: count }, (_, at) => at);
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const most = (values: readonly number[]) => Math.max(0, ...values);

/** A seed of its own for each moment. */
function mixed(seed: number, moment: number): number {
  const value = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(moment + 1, 0x85ebca6b);
  return (value ^ (value >>> 15)) >>> 0;
}

export function said(row: FaultRow): string {
  const { site, on, fault, overS, exportedWh, foundAfterS, foundMedianS, found, moments, wrong, refused } = row;
  const [first] = wrong;
  const held =
    first === undefined
      ? `held in all ${moments}`
      : `NOT HELD in ${wrong.length} of ${moments}: ${first.why} (seed ${first.seed})`;
  const when =
    foundAfterS === undefined
      ? "never said"
      : `said in ${found} of ${moments}, after ${foundMedianS?.toFixed(0)} s (median), ${foundAfterS.toFixed(0)} s at the latest`;
  const why = openWhy(row) + (refused === undefined ? "" : `; refused at commissioning: ${refused}`);
  return `${site}: ${on} ${fault}: over for ${overS.toFixed(0)} s, ${exportedWh.toFixed(1)} Wh at most; ${when}; ${held}${why}`;
}

function openWhy({ open: known, wrong }: FaultRow): string {
  if (known === undefined) return "";
  return wrong.length > 0 ? `; known: ${known}` : "; listed as open and held";
}

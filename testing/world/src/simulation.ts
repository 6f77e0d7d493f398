/**
 * A world in a process of its own: served on sockets and serial lines, moved on by a clock, and witnessed. The witness
 * writes what every device serves and what really flowed, so that a test can hold a gateway's half-hours against it.
 */
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { Instant, Millis, seconds } from "@csj/quantity";
import type { Cancel, Clock, Timers } from "@csj/runtime";
import type { SerialSettings } from "@csj/runtime/node";
import type { ServedRegister, WorldDevice } from "./devices/device.ts";
import { scoreSite } from "./score.ts";
import { type ServedWorld, serveSerial, serveWorld } from "./serve.ts";
import type { Truth, World } from "./world.ts";

export interface SimulationOptions {
  readonly world: World;
  /** Simulated time. */
  readonly clock: Clock;
  /** Real time: latencies are those of a wire. */
  readonly timers: Timers;
  /** Of the clock; a serial line needs 1. */
  readonly speed: number;
  readonly host: string;
  readonly firstPort: number;
  readonly serial?: { readonly device: WorldDevice; readonly settings: SerialSettings };
  /** One JSON line a simulated second is added to this file. */
  readonly truthFile?: string;
  /** Each site's score is written to `file`, every simulated minute and at the end. */
  readonly score?: { readonly file: string; readonly from: Instant };
  /** The world does not go on beyond it. */
  readonly until?: Instant;
}

export interface Simulation {
  /** By device id; a device on a serial line has both addresses, the TCP one here. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Settles when `until` has come; never where there is none. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** How often the plant goes on when nobody asks. */
const TICK: Millis = seconds(0.25);
/** In simulated time, but no more often than a file likes. */
const WITNESS_EVERY: Millis = seconds(1);
const SCORE_EVERY: Millis = seconds(60);
const WITNESS_MIN_MS = 50;

export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { world, timers, truthFile, speed } = options;
  const now = () => Instant(Math.min(options.clock.now(), options.until ?? Number.POSITIVE_INFINITY));
  const advance = () => world.advance(now());
  const scores = options.score === undefined ? undefined : scoring(world, options.score);
  const served = await serveWorld(world, { ...options, now });
  const line = await openSerial(options, advance, served);
  const witness = () => {
    advance();
    if (truthFile !== undefined) appendFileSync(truthFile, `${JSON.stringify(witnessed(world))}\n`);
  };
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const tick = () => {
    advance();
    if (world.now === options.until) end();
  };
  const running = [
    every(timers, TICK, tick),
    ...(truthFile === undefined ? [] : [every(timers, atLeast(WITNESS_EVERY / speed), witness)]),
    ...(scores === undefined ? [] : [every(timers, atLeast(SCORE_EVERY / speed), scores)]),
  ];
  return {
    addresses: served.addresses,
    ended,
    stop: async () => {
      for (const cancel of running) cancel();
      line?.close();
      await served.close();
      witness();
      scores?.();
    },
  };
}

const atLeast = (period: number) => Millis(Math.max(WITNESS_MIN_MS, period));

/** What writes the scores so far. The file is whole at any time: it is written beside and then renamed. */
function scoring(world: World, { file, from }: { readonly file: string; readonly from: Instant }): () => void {
  const scorers = world.sites.map(({ id }) => [id, scoreSite(world, id, from)] as const);
  return () => {
    const sites = Object.fromEntries(scorers.map(([id, scorer]) => [id, scorer.score()]));
    const text = JSON.stringify({ seed: world.seed, at: iso(world.now), sites }, undefined, 2);
    writeFileSync(`${file}.new`, `${text}\n`);
    renameSync(`${file}.new`, file);
  };
}

/** A line that cannot be opened must not leave ports behind. */
async function openSerial({ serial, timers, speed }: SimulationOptions, before: () => void, served: ServedWorld) {
  if (serial === undefined) return undefined;
  try {
    return await serveSerial(serial.device, { ...serial.settings, timers, speed, before });
  } catch (error) {
    await served.close();
    throw error;
  }
}

export interface Witnessed {
  readonly at: string;
  readonly sites: Readonly<Record<string, Omit<Truth, "at">>>;
  readonly devices: Readonly<
    Record<string, { readonly updated_at: string; readonly registers: Readonly<Record<string, ServedRegister>> }>
  >;
}

/** Every device's served registers and every site's truth, now. */
export function witnessed(world: World): Witnessed {
  const sites = world.sites.map(({ id }) => {
    const { at: _, ...truth } = world.truth(id);
    return [id, truth] as const;
  });
  const devices = world.devices.map(
    (device) => [device.id, { updated_at: iso(device.updatedAt), registers: device.served() }] as const,
  );
  return { at: iso(world.now), sites: Object.fromEntries(sites), devices: Object.fromEntries(devices) };
}

const iso = (at: Instant) => new Date(at).toISOString();

/** Runs again and again until it is taken back. */
function every(timers: Timers, period: Millis, run: () => void): Cancel {
  let cancel: Cancel;
  const again = () => {
    run();
    cancel = timers.after(period, again);
  };
  cancel = timers.after(period, again);
  return () => cancel();
}

/** The meter's registers as a bank: it makes one picture for each request and holds what a reader has selected. */
import { createHash } from "node:crypto";
import { type EventLog, encodeEntry, type IntervalRecord, LOG_CAPACITY } from "@csj/metrology";
import type { RegisterBank } from "@csj/modbus";
import type { Log } from "@csj/runtime";
import type { MeterClock } from "./clock.ts";
import type { MeterConfig } from "./config/schema.ts";
import { EVENTS_MAX } from "./event-window.ts";
import type { CaptureFiles } from "./events/capture-files.ts";
import { bankOf } from "./map/bank.ts";
import { filesOf } from "./map/files.ts";
import { WriteLock } from "./map/lock.ts";
import type { Shown } from "./map/shown.ts";
import { SunspecChain } from "./map/sunspec.ts";
import type { MeasuringUnit } from "./measuring-unit.ts";
import { PROFILE_CAPACITY, type RegisterStore, SNAPSHOT_CAPACITY } from "./store/register-store.ts";

export const UNIT_DEFAULT = 1;
/** No window for so long: what is shown is unavailable. */
const SILENT_MS = 2000;

export interface ServedParts {
  readonly config: MeterConfig;
  readonly unit: MeasuringUnit;
  readonly store: RegisterStore;
  readonly clock: MeterClock;
  readonly log: Log;
  /** Open switch inputs as bits, in the configuration's order. */
  readonly inputs: () => number;
  readonly eventLog: EventLog;
  readonly captures: CaptureFiles;
  readonly setCoil: (coil: number, open: boolean) => boolean;
}

export function servedBank(parts: ServedParts): RegisterBank {
  const { config, unit, store, clock, log } = parts;
  const lock = new WriteLock(config.pin, {
    failed: (tries) => {
      log.warn("a wrong PIN was written", { tries });
      unit.watch?.tamper.accessFailed(clock.now());
    },
    barred: () => unit.watch?.tamper.accessFailed(clock.now()),
  });
  const picture = new Picture(parts, lock);
  const rings = {
    intervals: PROFILE_CAPACITY,
    snapshots: SNAPSHOT_CAPACITY,
    interval: (place: number) => store.intervals.read(sequenceAt(place, PROFILE_CAPACITY, picture.profileLast)),
    snapshot: (place: number) => store.snapshots.read(sequenceAt(place, SNAPSHOT_CAPACITY, picture.snapshotLast)),
    entry: (place: number) => {
      const found = parts.eventLog.read(sequenceAt(place, LOG_CAPACITY, parts.eventLog.sequence));
      return found === undefined ? undefined : encodeEntry(found);
    },
    captures: () => parts.captures.all,
    event: (place: number) => unit.events.bySequence(sequenceAt(place, EVENTS_MAX, unit.events.last)),
  };
  return bankOf({
    show: () => picture.show(),
    sunspec: new SunspecChain(config.wiring, { serial: config.id, unit: config.modbus.unit ?? UNIT_DEFAULT }),
    files: filesOf(rings),
    identification: identificationOf(config),
    actions: {
      lock,
      monotonic: () => clock.monotonic(),
      setClock: (instant) => clock.set(instant),
      resetDemand: () => unit.resetDemand(),
      selectEvent: (sequence) => picture.selectEvent(sequence),
      selectInterval: (sequence) => picture.selectInterval(sequence),
    },
    coils: coilsOf(parts),
  });
}

/** The newest number that has this place in a ring. */
function sequenceAt(place: number, capacity: number, last: number): number {
  return last - ((((last - place) % capacity) + capacity) % capacity);
}

function coilsOf({ config, inputs, setCoil }: ServedParts): Pick<RegisterBank, "readCoils" | "writeCoils"> {
  const coils = (config.inputs ?? []).map(({ coil }) => coil);
  const ILLEGAL_ADDRESS = 2;
  const known = (address: number, count: number) =>
    Array.from({ length: count }, (_, k) => coils.indexOf(address + k)).every((place) => place >= 0);
  return {
    readCoils: (address, count) => {
      if (!known(address, count)) return ILLEGAL_ADDRESS;
      return Array.from({ length: count }, (_, k) => ((inputs() >> coils.indexOf(address + k)) & 1) === 1);
    },
    writeCoils: (address, bits) => {
      const taken = known(address, bits.length) && bits.every((open, k) => setCoil(address + k, open));
      return taken ? undefined : ILLEGAL_ADDRESS;
    },
  };
}

function identificationOf({ id }: MeterConfig): ReadonlyMap<number, Uint8Array> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  return new Map([
    [0, bytes("csj")],
    [1, bytes("csj-meter")],
    [2, bytes("0.1.0")],
    [4, bytes("csj meter")],
    [5, bytes(id)],
  ]);
}

class Picture {
  readonly #parts: ServedParts;
  readonly #lock: WriteLock;
  readonly #begun: number;
  readonly #hash: Shown["hash"];
  #event: number | undefined;
  #interval: IntervalRecord | undefined;
  #windows = 0;
  #windowAt: number;

  constructor(parts: ServedParts, lock: WriteLock) {
    this.#parts = parts;
    this.#lock = lock;
    this.#begun = parts.clock.monotonic();
    this.#windowAt = this.#begun;
    this.#hash = hashOf(parts);
  }

  get profileLast(): number {
    return this.#parts.store.durable()?.profile.sequence ?? 0;
  }

  get snapshotLast(): number {
    return this.#parts.store.durable()?.snapshots ?? 0;
  }

  selectEvent(sequence: number): boolean {
    const found = this.#parts.unit.events.bySequence(sequence) !== undefined;
    if (found) this.#event = sequence;
    return found;
  }

  selectInterval(sequence: number): boolean {
    this.#interval = this.#parts.store.intervals.read(sequence);
    return this.#interval !== undefined;
  }

  show(): Shown {
    const { unit, store, clock, inputs } = this.#parts;
    const now = clock.monotonic();
    this.#clearWhenSilent(now);
    const last = this.profileLast;
    return {
      layout: unit.engine.layout,
      live: unit.live,
      kept: store.durable(),
      latched: last === 0 ? undefined : store.intervals.read(last),
      pst: unit.pst,
      now: clock.trusted() ? clock.now() : Number.NaN,
      uptimeMs: now - this.#begun,
      gaps: unit.gaps,
      lostSamples: unit.lostSamples,
      hash: this.#hash,
      unlockedMs: this.#lock.left(now),
      lastEvent: unit.events.last,
      firstEvent: unit.events.all[0]?.sequence ?? 0,
      selectedEvent: this.#event === undefined ? undefined : unit.events.bySequence(this.#event),
      profileFirst: last === 0 ? 0 : Math.max(1, last - PROFILE_CAPACITY + 1),
      profileLast: last,
      snapshotFirst: this.snapshotLast === 0 ? 0 : Math.max(1, this.snapshotLast - SNAPSHOT_CAPACITY + 1),
      snapshotLast: this.snapshotLast,
      selectedProfile: this.#interval,
      inputs: inputs(),
      outputs: (unit.watch?.outputs.throttle === true ? 1 : 0) | (unit.watch?.outputs.disconnect === true ? 2 : 0),
      lastEntry: this.#parts.eventLog.sequence,
      lastCapture: this.#parts.captures.all.at(-1)?.sequence ?? 0,
    };
  }

  /** A front end that is gone leaves the last values standing; they must not be served as if they were measured. */
  #clearWhenSilent(now: number): void {
    const { live } = this.#parts.unit;
    if (live.windows !== this.#windows) {
      this.#windows = live.windows;
      this.#windowAt = now;
    } else if (now - this.#windowAt > SILENT_MS) live.clear();
  }
}

function hashOf({ config, unit }: ServedParts): Shown["hash"] {
  const { pin: _, ...shown } = config;
  const made = createHash("sha256")
    .update(JSON.stringify([shown, unit.calibration]))
    .digest();
  return [0, 2, 4, 6].map((at) => made.readUInt16BE(at)) as unknown as Shown["hash"];
}

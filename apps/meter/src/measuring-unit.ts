/**
 * One meter's measuring, composed: the engine and everything that listens to it. It knows no disk and no network; what has
 * to be kept it says once a second and at the end of each interval.
 */
import {
  Aggregator,
  type Calibration,
  type CycleRecord,
  EnergyBank,
  Engine,
  FlickerMeter,
  type Frame,
  type HalfCycleRecord,
  type IntervalRecord,
  type Layout,
  LoadProfile,
  MaximumDemand,
  noLoadAmps,
  RapidChangeDetector,
  RatePlan,
  RateRegisters,
  registerIndex,
  type SnapshotRecord,
  TOTAL_PLACE,
  VoltageEventDetector,
  type WindowRecord,
} from "@csj/metrology";
import type { MeterConfig } from "./config/schema.ts";
import { zoneOf } from "./days.ts";
import { EventWindow } from "./event-window.ts";
import type { Watch } from "./events/watch.ts";
import { Live } from "./live.ts";
import { Snapshots } from "./snapshots.ts";
import type { MeterState, MeterWrite } from "./store/register-store.ts";

/** Counts of 1 mWh; they return to 0 after 1 GWh. */
export const REGISTER = { perCount: 0.001, digits: 12 } as const;
export const INTERVAL_DEFAULT_S = 1800;
const DEMAND_DEFAULT_S = 1800;
const KEEP_EVERY_MS = 1000;
/** Records of a kind in one write, so that it fits in a slot; more are there only after a medium took nothing for a while. */
const RECORDS_MAX = 16;

export interface UnitOptions {
  readonly config: Pick<MeterConfig, "rating" | "interval_s" | "demand_s" | "zone">;
  readonly layout: Layout;
  readonly calibration: Calibration;
  /** As kept before; undefined for a meter that begins at 0. */
  readonly state: MeterState | undefined;
  /** True where it is on the medium; what is not is given again. */
  readonly keep: (write: MeterWrite) => boolean;
  /** When which rate is active; none where not given. */
  readonly rates?: RatePlan;
  /** After each window; the values are the listener's for the call only. */
  readonly onWindow?: (live: Live) => void;
  /** Tampering, protection and captures, made for this unit. */
  readonly watch?: (unit: MeasuringUnit) => Watch;
}

export class MeasuringUnit {
  readonly engine: Engine;
  readonly calibration: Calibration;
  readonly live = new Live();
  readonly events = new EventWindow();
  readonly bank: EnergyBank;
  readonly rates: RateRegisters;
  readonly demand: MaximumDemand;
  readonly flicker: FlickerMeter;
  /** Pst of the last whole 10 minutes, by channel. */
  readonly pst = new Float64Array(8).fill(Number.NaN);
  readonly watch: Watch | undefined;
  lostSamples = 0;
  gaps = 0;
  readonly #plan: RatePlan;
  readonly #profile: LoadProfile;
  readonly #snapshots: Snapshots;
  readonly #detector: VoltageEventDetector;
  readonly #rapid: RapidChangeDetector;
  readonly #aggregator: Aggregator;
  readonly #keep: (write: MeterWrite) => boolean;
  readonly #onWindow: UnitOptions["onWindow"];
  #intervals: IntervalRecord[] = [];
  #daysMade: SnapshotRecord[] = [];
  #keptSecond = Number.NaN;
  #cyclesKept = 0;
  #isKept = true;
  #isFlagged = false;
  #at: number;
  #lastHalf = { end: 0, at: Number.NaN };

  constructor({ config, layout, calibration, state, keep, rates = new RatePlan([]), onWindow, watch }: UnitOptions) {
    const { rating } = config;
    this.#keep = keep;
    this.#onWindow = onWindow;
    this.calibration = calibration;
    this.#plan = rates;
    this.#at = state?.at ?? Number.NaN;
    this.bank = new EnergyBank(
      { register: REGISTER, noLoadAmps: noLoadAmps(rating.class, rating.connection, rating.amps) },
      state?.energies,
    );
    this.rates = new RateRegisters(REGISTER, state?.rates);
    const subPeriod = (config.demand_s ?? DEMAND_DEFAULT_S) * 1000;
    this.demand = new MaximumDemand({ subPeriod, subPeriods: 1 }, state?.demand);
    this.#profile = new LoadProfile(
      { interval: config.interval_s ?? INTERVAL_DEFAULT_S },
      this.bank.registers,
      (record) => this.#intervals.push(record),
      state?.profile,
    );
    const days = {
      zone: zoneOf(config.zone ?? "UTC"),
      onRecord: (record: SnapshotRecord) => this.#daysMade.push(record),
    };
    const { bank, rates: byRate, demand } = this;
    this.#snapshots = new Snapshots({ ...days, bank, rates: byRate, demand }, state?.snapshots ?? 0, this.#at);
    this.#detector = new VoltageEventDetector(layout, {
      begun: (kind, position) => this.watch?.begun(kind, position),
      ended: (event) => {
        this.events.take(event);
        this.watch?.ended(event);
      },
    });
    this.#rapid = new RapidChangeDetector(layout, (event) => this.events.take(event));
    this.#aggregator = new Aggregator({ tenMinutes: () => this.flicker.close(this.pst) });
    this.flicker = new FlickerMeter(layout);
    this.engine = new Engine(layout, calibration, {
      half: (record) => this.#half(record),
      cycle: (record) => this.#cycle(record),
      isFlagged: () => this.#isFlagged,
      window: (record) => this.#window(record),
      gap: (from, to) => {
        this.#gap(to - from);
        this.watch?.gap(to);
      },
      clockSet: (shift) => this.#clockSet(shift),
      samples: (from, to) => this.flicker.take(this.engine.ring, from, to),
    });
    this.watch = watch?.(this);
  }

  push(frame: Frame): void {
    this.watch?.push(frame);
    this.engine.push(frame);
  }

  stamp(position: number, instant: number): void {
    this.engine.stamp(position, instant);
  }

  /** Demand begins anew, as at the end of a billing period. */
  resetDemand(): void {
    this.demand.reset();
    this.flush();
  }

  /** Keeps what is measured so far: before an end, and on a power-fail signal. */
  flush(): void {
    const intervals = this.#intervals.slice(0, RECORDS_MAX);
    const snapshots = this.#daysMade.slice(0, RECORDS_MAX);
    this.#isKept = this.#keep({
      state: {
        energies: this.bank.save(),
        rates: this.rates.save(),
        demand: this.demand.save(),
        profile: this.#profile.save(),
        snapshots: this.#snapshots.sequence,
        at: this.#at,
      },
      intervals,
      snapshots,
    });
    if (this.#isKept) {
      this.#intervals.splice(0, intervals.length);
      this.#daysMade.splice(0, snapshots.length);
    }
    this.#cyclesKept = 0;
  }

  #half(record: HalfCycleRecord): void {
    this.live.takeHalf(record);
    this.watch?.half(record);
    this.#detector.take(record);
    this.#rapid.take(record, this.#detector.touches(record.end, record.end));
    this.#lastHalf = { end: record.end, at: record.at };
  }

  #cycle(record: CycleRecord): void {
    this.#isFlagged = this.#detector.touches(record.from, record.to);
    this.live.takeCycle(record);
    this.#profile.cycle(record);
    this.#snapshots.cycle(record);
    this.bank.cycle(record);
    this.rates.cycle(this.bank.added, record.at, this.#plan);
    if (!Number.isNaN(record.at)) {
      this.demand.cycle(this.bank.added[registerIndex(0, TOTAL_PLACE)] ?? 0, record.at, record.seconds);
      this.#at = record.at;
    }
    this.watch?.cycle(record);
    this.#keepInTime(record);
  }

  /** At each whole second of the clock, so that a register read behind a boundary is that of the boundary. */
  #keepInTime({ at, seconds }: CycleRecord): void {
    this.#cyclesKept += seconds * 1000;
    const second = Number.isNaN(at) ? this.#keptSecond : Math.floor(at / KEEP_EVERY_MS);
    const turned = !Number.isNaN(second) && second !== this.#keptSecond;
    const isNew = this.#intervals.length > 0 && this.#isKept;
    if (turned || this.#cyclesKept >= KEEP_EVERY_MS || isNew) this.flush();
    this.#keptSecond = second;
  }

  #window(record: WindowRecord): void {
    this.live.takeWindow(record);
    this.watch?.window(record);
    this.#detector.follow(record);
    this.#aggregator.take(record);
    this.#onWindow?.(this.live);
  }

  #gap(samples: number): void {
    this.gaps += 1;
    this.lostSamples += samples;
    this.#profile.mark("samples-lost");
    this.#detector.breakOff(this.#lastHalf);
  }

  #clockSet(shift: number): void {
    this.#profile.clockSet(shift);
    this.#snapshots.clockSet();
    this.demand.interrupt();
    this.watch?.tamper.clockSet(shift, this.#at);
  }
}

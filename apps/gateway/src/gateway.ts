/**
 * The on-site program: one process-image cycle over all devices, boundaries into the outbox, the picture to whoever
 * looks, and the outbox to the head-end where there is one. It works without a head-end, a network or a trusted clock;
 * holding the limit needs none of them.
 */
import { join } from "node:path";
import type { Profile } from "@csj/device";
import { toHex } from "@csj/evidence";
import type { DaySummary } from "@csj/export-limit";
import type { Clock, Digest, Log, Timers } from "@csj/runtime";
import { type FolderLock, lockFolder } from "@csj/runtime/folder";
import type { Live, LiveHistory } from "@csj/uplink";
import { Commissioning, ruleFor } from "./commission/index.ts";
import type { BusConfig, GatewayConfig } from "./config/schema.ts";
import { intervalOf, type MeteredDevice, openDevices, type SiteAccess, type SiteDevices } from "./devices.ts";
import { type Evidence, type EvidenceHealth, openEvidence } from "./evidence/evidence.ts";
import { Alarms, webhook } from "./hold/alarms.ts";
import { ControlLoop, type Controlled } from "./hold/control-loop.ts";
import { HoldFile } from "./hold/hold-file.ts";
import { Logbook } from "./hold/logbook.ts";
import { STANDARD_DEFAULT } from "./hold/standard.ts";
import type { MaintenanceWish, Order } from "./hold/switches.ts";
import { Units } from "./hold/units.ts";
import { WriteBook } from "./hold/write-book.ts";
import { type Identity, openIdentity } from "./identity.ts";
import { LiveBoard, type LiveListener } from "./live-board.ts";
import { livePicture } from "./live-picture.ts";
import { type Moment, momentOf } from "./moment.ts";
import type { MeterBoundary } from "./outbox/boundary-rows.ts";
import { type Outbox, openOutbox } from "./outbox/outbox.ts";
import { type MeterSays, metersSay, siteSays } from "./site-message.ts";
import type { UplinkConnector } from "./uplink/connector.ts";
import { Uplink } from "./uplink/uplink.ts";

export interface GatewayDeps {
  readonly config: GatewayConfig;
  /** Keys and outbox; made where there is none. */
  readonly home: string;
  /** Time on site: simulated, where the devices are. */
  readonly clock: Clock;
  /** Time on the wire to the head-end, and of who looks; `clock` where not given. A simulation gives its real clock. */
  readonly wireClock?: Clock;
  /** Of the wire to the head-end. */
  readonly timers: Timers;
  readonly log: Log;
  readonly digest: Digest;
  accessOf(bus: BusConfig): SiteAccess;
  profileOf(id: string): Profile;
  /** Absent: the outbox fills and nothing is sent. */
  readonly connect?: UplinkConnector;
  /** See `OutboxFileOptions`. */
  readonly durability?: "power-cut" | "process";
  /** False where nobody will ask for a proof: a past that is made up at a cycle a minute. */
  readonly evidence?: false;
}

export interface GatewayCounters {
  readonly cycles: number;
  /** Cycles that were due while one was still running. */
  readonly skipped: number;
}

/** The picture is passed on once a second at the most; a little less, so that a cycle a second is not every other one. */
const LIVE_PERIOD_MS = 900;
const PRUNE_PERIOD_MS = 3_600_000;
const RETRY_STORE_MS = 10_000;
/** How long the first `site` message waits for an inverter to say its rating. */
const RATING_WAIT_MS = 10_000;

/** Takes the folder; throws RUNTIME_FOLDER_IN_USE where another process has it. */
export function createGateway(deps: GatewayDeps): Gateway {
  const lock = lockFolder(deps.home);
  try {
    return new Gateway(deps, partsOf(deps), lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface Parts {
  readonly identity: Identity;
  readonly outbox: Outbox;
  readonly devices: SiteDevices;
  readonly limits: Units;
  readonly control: ControlLoop;
  readonly alarms: Alarms;
  /** Absent where nothing is limited. */
  readonly evidence: Evidence | undefined;
}

function partsOf(deps: GatewayDeps): Parts {
  const { config, clock, log, digest } = deps;
  const identity = openIdentity(deps.home);
  const outbox = openOutbox({
    path: join(deps.home, "outbox.db"),
    key: identity.outboxKey,
    log,
    newEpoch: () => identity.nextEpoch(clock.trusted() ? clock.now() : undefined),
    gateway: config.site.id,
    digest,
    signer: identity.signer,
    ...(deps.durability === undefined ? {} : { durability: deps.durability }),
  });
  const devices = openDevices({ ...deps, outbox });
  const limits = new Units(devices.limited, new WriteBook(deps.home, log, deps.durability !== "process"));
  const file = new HoldFile(deps.home, log, deps.durability !== "process");
  const control = new ControlLoop({ site: devices, units: limits, config, file, clock });
  const url = config.export_limit?.webhook;
  const send = url === undefined ? undefined : webhook(url);
  const alarms = new Alarms({ site: config.site.id, log, timers: deps.timers, send });
  const evidence = limits.size === 0 || deps.evidence === false ? undefined : evidenceOf(deps, identity);
  return { identity, outbox, devices, limits, control, alarms, evidence };
}

function evidenceOf({ home, config, digest, clock, log, profileOf }: GatewayDeps, { signer }: Identity): Evidence {
  const hashOf = (value: unknown) => toHex(digest.sha256(JSON.stringify(value)));
  const evidence = openEvidence({ folder: join(home, "evidence"), site: config.site.id, signer, digest, clock, log });
  evidence.event({
    kind: "config",
    config: hashOf(config),
    profiles: Object.fromEntries(config.devices.map(({ profile }) => [profile, hashOf(profileOf(profile))])),
    software: SOFTWARE,
    standard: config.export_limit?.standard ?? STANDARD_DEFAULT,
  });
  return evidence;
}

/** What the log names beside the configuration; the release that it belongs to is the operator's to know. */
const SOFTWARE = "csj-gateway 0.1.0";

export class Gateway {
  readonly #deps: GatewayDeps;
  readonly #parts: Parts;
  readonly #lock: FolderLock;
  readonly #uplink: Uplink | undefined;
  readonly #board = new LiveBoard();
  /** When each periodic thing is due again, and the rating that the last `site` message gave. */
  readonly #marks = { live: 0, prune: 0, store: 0, site: undefined as number | undefined, saidRated: -1 };
  readonly #count = { cycles: 0, skipped: 0 };
  #running: Promise<void> | undefined;
  #controlled: Controlled | undefined;
  #stopped = false;
  #suspended = false;
  readonly #logbook: Logbook;

  constructor(deps: GatewayDeps, parts: Parts, lock: FolderLock) {
    this.#deps = deps;
    this.#parts = parts;
    this.#lock = lock;
    const { evidence, alarms } = parts;
    this.#logbook = new Logbook({ evidence, alarms });
    const { config, connect, clock, timers, log, digest } = deps;
    if (connect === undefined) return;
    this.#uplink = new Uplink({
      gateway: config.site.id,
      code: config.head_end?.enrolment_code,
      meters: [parts.devices.grid, ...parts.devices.pv]
        .filter(({ energy }) => energy !== undefined)
        .map((device) => ({ id: device.config.id, interval: intervalOf(config) })),
      outbox: parts.outbox,
      identity: parts.identity,
      connect,
      clock,
      wireClock: deps.wireClock ?? clock,
      timers,
      log,
      digest,
    });
  }

  get config(): GatewayConfig {
    return this.#deps.config;
  }

  get counters(): GatewayCounters {
    return this.#count;
  }

  get outbox(): Outbox {
    return this.#parts.outbox;
  }

  /** Raw Ed25519 key, hex. */
  get publicKey(): string {
    return toHex(this.#parts.identity.signer.publicKey);
  }

  /** As the `site` message and the API name them. */
  get meters(): readonly MeterSays[] {
    return metersSay(this.#deps.config, this.#parts.devices);
  }

  get ratedW(): number {
    return this.#parts.limits.rated;
  }

  /** Connects to the head-end where there is one. Cycles are driven by the caller: `runCycles`, or a simulation. */
  start(): void {
    this.#uplink?.start();
  }

  /** One process-image cycle. Called while one is running it does nothing but count. */
  cycle(): Promise<void> {
    if (this.#running !== undefined || this.#stopped || this.#suspended) {
      this.#count.skipped += 1;
      return this.#running ?? Promise.resolve();
    }
    const running = this.#cycle().finally(() => {
      this.#running = undefined;
    });
    this.#running = running;
    return running;
  }

  live(): Live {
    return this.#picture(momentOf(this.#deps.clock));
  }

  liveHistory(): LiveHistory {
    return this.#board.history();
  }

  /** Called once a second at the most, after a cycle. The function that it gives takes the listener off again. */
  onLive(listener: LiveListener): () => void {
    return this.#board.listen(listener);
  }

  /** What a person on site switches. Throws GATEWAY_ORDER for a wish that cannot be had. */
  give(order: Order, wish: MaintenanceWish = {}): void {
    const { control, evidence } = this.#parts;
    control.switches.give(order, wish, this.#deps.clock.monotonic());
    evidence?.event({ kind: "action", action: order, who: "on site", text: JSON.stringify(wish) });
  }

  /** The walk through this site. While one of its steps moves the inverters, the cycles stand still. */
  commissioning(): Commissioning {
    const { identity } = this.#parts;
    const rule = ruleFor(this.config);
    return new Commissioning({ ...this.#deps, rule, signer: identity.signer, suspend: () => this.#suspend() });
  }

  async #suspend(): Promise<() => void> {
    this.#suspended = true;
    await this.#running;
    return () => {
      // What the inverters hold now was written by somebody else.
      this.#parts.limits.forget();
      this.#suspended = false;
    };
  }

  /** Of the last 24 h and of the log itself; undefined where no proof is kept. */
  get proof(): { readonly day: DaySummary; readonly health: EvidenceHealth } | undefined {
    const { evidence } = this.#parts;
    return evidence === undefined ? undefined : { day: evidence.day(), health: evidence.health };
  }

  /** Waits for the running cycle and frees the folder. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#running;
    await this.#uplink?.stop();
    this.#parts.limits.close();
    this.#parts.evidence?.close();
    this.#parts.outbox.close();
    this.#lock.release();
  }

  async #cycle(): Promise<void> {
    this.#count.cycles += 1;
    const moment = momentOf(this.#deps.clock);
    this.#controlled = await this.#parts.control.run(moment.monotonic);
    this.#logbook.cycle(this.#controlled);
    const boundaries = await this.#readEnergies(moment);
    this.#store(boundaries, moment);
    this.#saySite(moment);
    this.#show(moment);
  }

  async #readEnergies(moment: Moment): Promise<MeterBoundary[]> {
    const { grid, pv } = this.#parts.devices;
    const closed: MeterBoundary[] = [];
    const reads = [grid, ...pv]
      .map((device) => readEnergy(device, moment, closed))
      .filter((read) => read !== undefined);
    if (reads.length > 0) await Promise.all(reads);
    return closed;
  }

  #store(boundaries: readonly MeterBoundary[], { wall, monotonic, trusted }: Moment): void {
    const { outbox } = this.#parts;
    const retry = outbox.behind && monotonic >= this.#marks.store;
    if (boundaries.length > 0 || retry) {
      this.#marks.store = monotonic + RETRY_STORE_MS;
      outbox.store(boundaries, wall);
      this.#uplink?.poke();
    }
    if (!trusted || monotonic < this.#marks.prune) return;
    this.#marks.prune = monotonic + PRUNE_PERIOD_MS;
    if (this.#uplink !== undefined) outbox.prune(wall);
  }

  /** At each start, and when an inverter has said its rating late. Nothing else of it changes while the program runs. */
  #saySite({ wall, monotonic, trusted }: Moment): void {
    if (this.#uplink === undefined || !trusted) return;
    const { devices, limits, outbox } = this.#parts;
    if (this.#marks.saidRated === limits.rated) return;
    this.#marks.site ??= monotonic + RATING_WAIT_MS;
    if (!limits.known && monotonic < this.#marks.site) return;
    this.#marks.saidRated = limits.rated;
    outbox.saySite(siteSays(this.#deps.config, devices, limits.rated), wall);
    this.#uplink.poke();
  }

  #show(moment: Moment): void {
    const now = (this.#deps.wireClock ?? this.#deps.clock).monotonic();
    if (now < this.#marks.live) return;
    this.#marks.live = now + LIVE_PERIOD_MS;
    if (!this.#board.watched && this.#uplink === undefined) return;
    const live = this.#picture(moment);
    this.#board.show(moment.wall, live);
    this.#uplink?.show(live);
  }

  #picture(moment: Moment): Live {
    const { devices, limits, outbox, alarms } = this.#parts;
    return livePicture({
      config: this.#deps.config,
      devices,
      ratedW: limits.rated,
      moment,
      controlled: this.#controlled,
      waiting: outbox.waiting,
      alarm: alarms.standing,
    });
  }
}

/** Undefined where there is nothing to read: most cycles. */
function readEnergy(device: MeteredDevice, moment: Moment, closed: MeterBoundary[]): Promise<void> | undefined {
  const { energy, health } = device;
  if (energy === undefined) return undefined;
  for (const boundary of energy.settle(moment)) closed.push({ ...boundary, meter: energy.id });
  if (health.error !== undefined || !energy.wanted(moment)) return undefined;
  return energy.read(moment).then(
    (boundaries) => {
      for (const boundary of boundaries) closed.push({ ...boundary, meter: energy.id });
    },
    (error) => health.failed(moment.monotonic, error),
  );
}

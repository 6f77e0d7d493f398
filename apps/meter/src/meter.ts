/**
 * The program: a source of samples, the measuring unit, what it keeps on the medium, and the Modbus servers that show it.
 * A cycle of 20 ms takes some tens of microseconds, so all of it runs in one loop.
 */

import { type EventLog, noLoadAmps, profiledCounts, switchKinds } from "@csj/metrology";
import { anyUnit, oneUnit, parseBusAddress, type RegisterBank, serveLink } from "@csj/modbus";
import type { ByteLink, Clock, Log, Timers } from "@csj/runtime";
import { type Listener, linksOf, listenTcp, nodeDigest } from "@csj/runtime/node";
import { MeterClock } from "./clock.ts";
import { layoutOf } from "./config/load.ts";
import type { MeterConfig } from "./config/schema.ts";
import { meterErrors } from "./errors.ts";
import { CaptureFiles } from "./events/capture-files.ts";
import { recordingOf } from "./events/captured.ts";
import { readProtection } from "./events/data-files.ts";
import { type EventLogFile, openEventLog } from "./events/log-file.ts";
import { Watch } from "./events/watch.ts";
import { SwitchInputs } from "./inputs/switches.ts";
import { MeasuringUnit } from "./measuring-unit.ts";
import { servedBank, UNIT_DEFAULT } from "./served.ts";
import { openSource } from "./source/open.ts";
import type { SampleSource } from "./source/source.ts";
import { Keeper } from "./store/keeper.ts";
import { RegisterStore } from "./store/register-store.ts";

export interface MeterDeps {
  readonly config: MeterConfig;
  /** Folder of the registers; it belongs to this meter alone, and the caller holds its lock. */
  readonly home: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Instead of the configuration's. */
  readonly source?: SampleSource;
}

export interface Meter {
  readonly unit: MeasuringUnit;
  readonly store: RegisterStore;
  readonly events: EventLog;
  readonly source: SampleSource;
  /** Registers, coils and files, for a server of the caller's own. */
  readonly bank: RegisterBank;
  /** `tcp://127.0.0.1:5020`, once it listens; undefined where it does not. */
  readonly address: string | undefined;
  /** When the source has ended: a recording that is over, a front end that failed for good. */
  readonly ended: Promise<Error | undefined>;
  stop(): Promise<void>;
}

/** @throws METER_REGISTERS_DAMAGED, METER_PORT_TAKEN, METER_SOURCE_REFUSED and what a layout or a calibration refuses */
export async function startMeter(deps: MeterDeps): Promise<Meter> {
  const { config, log, timers } = deps;
  const clock = new MeterClock(deps.clock, config.clock === "modbus");
  const source = deps.source ?? openSource(config.source, layoutOf(config), { clock, timers, log });
  const store = new RegisterStore(deps.home);
  const eventLog = openEventLog(deps.home, nodeDigest, log);
  const captures = new CaptureFiles(deps.home);
  const { layout, calibration } = source;
  const registers = new Keeper("registers", log);
  const unit = new MeasuringUnit({
    config,
    layout,
    calibration,
    state: store.durable(),
    keep: (write) => registers.try(() => store.write(write)),
    watch: (made) => watchOf(made, { config, log, clock, eventLog, captures }),
  });
  const inputs = new SwitchInputs(config, log, timers, {
    level: (kind, open) => unit.watch?.tamper.level(kind, open, clock.now()),
    tick: () => unit.watch?.tamper.tick(clock.now()),
  });
  const bank = servedBank({
    config,
    unit,
    store,
    clock,
    log,
    eventLog: eventLog.log,
    captures,
    inputs: () => inputs.bits,
    setCoil: (coil, open) => inputs.setCoil(coil, open),
  });
  const served = await serve(bank, deps).catch((error: unknown) => {
    eventLog.close();
    store.close();
    throw error;
  });
  let end: (reason?: Error) => void = () => {};
  const ended = new Promise<Error | undefined>((resolve) => {
    end = resolve;
  });
  inputs.start();
  source.start({
    frame: (frame) => unit.push(frame),
    stamp: (position, instant) => unit.stamp(position, instant),
    ended: (reason) => {
      if (reason !== undefined) log.error("the source has failed", { reason: reason.message });
      unit.flush();
      end(reason);
    },
  });
  const stop = async () => {
    source.stop();
    inputs.stop();
    await served.close();
    unit.flush();
    eventLog.close();
    store.close();
  };
  return { unit, store, events: eventLog.log, source, bank, address: served.address, ended, stop };
}

interface WatchParts {
  readonly config: MeterConfig;
  readonly log: Log;
  readonly clock: Clock;
  readonly eventLog: EventLogFile;
  readonly captures: CaptureFiles;
}

function watchOf(unit: MeasuringUnit, { config, log, clock, eventLog, captures }: WatchParts): Watch {
  const { engine, calibration, bank } = unit;
  const { layout } = engine;
  const { rating, wiring, generation = "other", protection = [], inputs = [] } = config;
  const instantOf = (position: number) => engine.time.at(position);
  const { amps, class: accuracy, connection } = rating;
  const startingAmps = 2 * noLoadAmps(accuracy, connection, amps);
  const files = new Keeper("captures", log);
  const kinds = switchKinds.filter((kind) => inputs.some(({ name }) => name === kind));
  return new Watch({
    layout,
    tamper: {
      site: { wiring, nominalVolts: layout.nominalVolts, baseAmps: amps, startingAmps, generation },
      switches: kinds.map((kind) => ({ kind, openWhen: "high" })),
    },
    protection: protection.map(readProtection),
    log: eventLog.log,
    counts: () => profiledCounts(bank.registers),
    instantOf,
    isTimeKnown: () => clock.trusted(),
    onCapture: (capture) => {
      const by = { station: config.id, device: "csj meter", layout, calibration, instantOf };
      files.try(() => {
        const { sequence } = captures.keep(recordingOf(capture, by));
        log.info("a waveform was captured", { capture: sequence });
      });
    },
    onOutputs: ({ throttle, disconnect }) => log.warn("protection has changed", { throttle, disconnect }),
  });
}

interface ServedOn {
  readonly address: string | undefined;
  close(): Promise<void>;
}

async function serve(bank: RegisterBank, deps: MeterDeps): Promise<ServedOn> {
  const listener = await serveTcp(bank, deps);
  const line = await serveLine(bank, deps).catch(async (error: unknown) => {
    await listener?.listener.close();
    throw error;
  });
  return {
    address: listener?.address,
    close: async () => {
      line?.close();
      await listener?.listener.close();
    },
  };
}

async function serveTcp(
  bank: RegisterBank,
  { config: { modbus }, timers }: MeterDeps,
): Promise<{ listener: Listener; address: string } | undefined> {
  const { tcp } = modbus;
  if (tcp === undefined) return undefined;
  const host = tcp.host ?? "127.0.0.1";
  const accept = (link: ByteLink) => void serveLink(link, { framing: "tcp", units: anyUnit(bank), timers });
  const listener = await listenTcp(host, tcp.port, accept).catch((cause: unknown) => {
    throw meterErrors.METER_PORT_TAKEN(`Port ${tcp.port} on ${host} cannot be had.`, undefined, cause);
  });
  return { listener, address: `tcp://${host}:${listener.port}` };
}

async function serveLine(bank: RegisterBank, { config: { modbus }, timers, clock }: MeterDeps) {
  const { serial, unit = UNIT_DEFAULT } = modbus;
  if (serial === undefined) return undefined;
  const address = parseBusAddress(serial);
  if (address.kind !== "serial") throw meterErrors.METER_CONFIG_INVALID(`${serial} is no serial line.`);
  const line = await linksOf(address)
    .open()
    .catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw meterErrors.METER_LINE_REFUSED(`${serial} cannot be opened: ${reason}.`, undefined, cause);
    });
  serveLink(line, { framing: "rtu", units: oneUnit(unit, bank), everyone: () => [bank], timers, clock });
  return line;
}

/** One gateway per site, over real sockets to its devices and to the broker, all in this process. */
import { join } from "node:path";
import { checkConfig, createGateway, type Gateway, mqttConnector } from "@csj/gateway";
import { ModbusBus, parseBusAddress } from "@csj/modbus";
import { profile } from "@csj/profiles";
import type { Clock, Log } from "@csj/runtime";
import { linksOf, nodeClock, nodeDigest, nodeTimers } from "@csj/runtime/node";
import type { SiteSpec } from "@csj/world";
import { demoSiteConfig } from "./plan.ts";

export interface DemoGateway {
  cycle(): Promise<void>;
  stop(): Promise<void>;
}

export interface DemoGatewayOptions {
  readonly site: SiteSpec;
  readonly home: string;
  readonly clock: Clock;
  /** Simulated seconds in a real one. */
  readonly speed: number;
  readonly log: Log;
  readonly addressOf: (deviceId: string) => string;
  readonly broker: string;
  readonly code: string;
}

const CYCLE_MS = 1_000;
/** An answer that takes longer, in simulated time, is lost. */
const TIMEOUT_MS = 400;
/** In real time: this machine is in between, and has other things to do as well. */
const TIMEOUT_MIN_MS = 60;

export function startDemoGateway(options: DemoGatewayOptions): DemoGateway {
  const { site, clock, log, addressOf, broker, code } = options;
  const buses: ModbusBus[] = [];
  const wire = nodeClock();
  const gateway: Gateway = createGateway({
    config: checkConfig(
      demoSiteConfig(site, { cycleMs: CYCLE_MS, addressOf, headEnd: { broker, enrolment_code: code } }),
    ),
    home: options.home,
    clock,
    wireClock: wire,
    timers: nodeTimers,
    log,
    digest: nodeDigest,
    profileOf: profile,
    accessOf: ({ address }) => {
      const parsed = parseBusAddress(address);
      const bus = new ModbusBus({
        links: linksOf(parsed),
        framing: parsed.framing,
        clock: wire,
        stamps: clock,
        timers: nodeTimers,
        timeout: Math.max(TIMEOUT_MIN_MS, TIMEOUT_MS / options.speed),
      });
      buses.push(bus);
      return bus;
    },
    connect: mqttConnector({ broker, log }),
  });
  gateway.start();
  return {
    cycle: () => gateway.cycle(),
    stop: async () => {
      await gateway.stop();
      for (const bus of buses) bus.close();
    },
  };
}

export function gatewayHome(home: string, siteId: string): string {
  return join(home, "gateways", siteId);
}

/** The on-site gateway: buses, cycle, export limit, outbox, uplink, page. */
export type { BoundaryReads, ChannelRead } from "./boundaries.ts";
export * from "./commission/index.ts";
export { checkConfig, loadConfig, parseConfig } from "./config/load.ts";
export type { BusConfig, DeviceConfig } from "./config/schema.ts";
export { GatewayConfig } from "./config/schema.ts";
export { CYCLE_DEFAULT_MS, cycleOf, INTERVAL_DEFAULT_S, intervalOf } from "./devices.ts";
export { errors } from "./errors.ts";
export { type Evidence, type EvidenceHealth, type EvidenceOptions, openEvidence } from "./evidence/evidence.ts";
export {
  type CycleRecord,
  type EvidenceEvent,
  type ExcursionFacts,
  excursionOf,
  type UnitFacts,
} from "./evidence/facts.ts";
export { type StoredLine, storedLines } from "./evidence/read.ts";
export { readStandardFile, standardIds } from "./evidence/standards.ts";
export { createGateway, type Gateway, type GatewayCounters, type GatewayDeps } from "./gateway.ts";
export { readStandard } from "./hold/standard.ts";
export { type Identity, openIdentity } from "./identity.ts";
export type { LiveListener } from "./live-board.ts";
export type { MeterBoundary } from "./outbox/boundary-rows.ts";
export type { StoredMessage } from "./outbox/messages.ts";
export { type Outbox, type OutboxOptions, openOutbox } from "./outbox/outbox.ts";
export { type PaceOptions, runCycles } from "./pace.ts";
export { type Page, type PageOptions, pageApp, servePage } from "./page.ts";
export type { UplinkConnection, UplinkConnector, UplinkHandlers, UplinkOptions } from "./uplink/connector.ts";
export { type MqttOptions, mqttConnector } from "./uplink/mqtt.ts";

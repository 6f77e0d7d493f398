export type { ServedRegister, WorldDevice } from "./devices/device.ts";
export { worldErrors } from "./errors.ts";
export { type FaultName, faultNames, isFault } from "./faults.ts";
export type { Stretch } from "./plant/plant.ts";
export { type PlantFile, type PlantOptions, parsePlant, readPlant } from "./plant-file.ts";
export { type Score, Scorer, scoreSite } from "./score.ts";
export {
  memoryAccess,
  memoryLinks,
  type ServeDeviceOptions,
  type ServedWorld,
  type ServeSerialOptions,
  type ServeWorldOptions,
  serveDevice,
  serveSerial,
  serveWorld,
} from "./serve.ts";
export { type Simulation, type SimulationOptions, startSimulation, type Witnessed, witnessed } from "./simulation.ts";
export { type SiteConfig, siteConfig } from "./site-config.ts";
export type { BatterySource, LoadCurve, LoadPiece, LoadSource, PvCurve, PvPiece, PvSource } from "./sources/power.ts";
export type { Exact } from "./sources/recorded.ts";
export {
  type BatterySpec,
  INVERTERS_MAX,
  type InverterSpec,
  inverterId,
  invertersOf,
  type LimitResponse,
  type MeterProfile,
  type MeterSpec,
  type Phase,
  type RelaySpec,
  type Role,
  type SiteSpec,
  timeConstant,
  withInverters,
} from "./spec.ts";
export { type Street, type StreetOptions, streetOf } from "./street.ts";
export { createWorld, type SavedWorld, type Truth, type World, type WorldOptions } from "./world.ts";

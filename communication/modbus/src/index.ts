export * from "./access.ts";
export * from "./address.ts";
export * from "./bank.ts";
export { type BusOptions, type Framing, ModbusBus } from "./bus.ts";
export type { BusCounters } from "./counters.ts";
export { crc16, crcHolds, putCrc } from "./crc.ts";
export { type ExceptionCause, type ExceptionCode, exceptionNames, exceptionOf } from "./exception.ts";
export * from "./pdu.ts";
export {
  type AnswerFilter,
  type DelayedBytes,
  type Served,
  type ServedRequest,
  type ServeOptions,
  serveLink,
} from "./server.ts";

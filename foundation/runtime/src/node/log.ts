import { destination, type Logger, pino } from "pino";
import type { Fields, Log } from "../ports.ts";

export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** JSON lines on stderr: stdout belongs to a command's data. */
export function nodeLog(level: LogLevel, fixed: Fields = {}): Log {
  const logger = pino({ level, base: fixed }, destination({ fd: 2, sync: true }));
  return {
    debug: at(logger, "debug"),
    info: at(logger, "info"),
    warn: at(logger, "warn"),
    error: at(logger, "error"),
  };
}

function at(logger: Logger, level: "debug" | "info" | "warn" | "error") {
  return (message: string, fields?: Fields) => logger[level](fields ?? {}, message);
}

/** From the configuration's source to something that gives samples. */
import { readFileSync } from "node:fs";
import { type Calibration, checkCalibration, type Layout } from "@csj/metrology";
import { parseBusAddress } from "@csj/modbus";
import { linksOf, tcpLinks } from "@csj/runtime/node";
import type { Source } from "../config/schema.ts";
import { meterErrors } from "../errors.ts";
import { IioSource } from "./iio.ts";
import { PipeSource } from "./pipe.ts";
import { LinkSource } from "./raw-link.ts";
import { openRecording } from "./recording.ts";
import { SimulatedCircuit } from "./simulated.ts";
import type { SampleSource, SourceDeps } from "./source.ts";

/** @throws METER_SOURCE_REFUSED, METROLOGY_CALIBRATION_REFUSED, COMTRADE_* */
export function openSource(source: Source, layout: Layout, deps: SourceDeps): SampleSource {
  if (source.kind === "simulated") return new SimulatedCircuit(layout, source, deps);
  if (source.kind === "comtrade") return openRecording(source, layout, deps);
  const calibration = readCalibration(source.calibration);
  const stream = { layout, calibration, deps };
  if (source.kind === "raw-tcp") return new LinkSource(stream, tcpLinks(source.host, source.port));
  if (source.kind === "raw-pipe") return new PipeSource(stream, source.path);
  if (source.kind === "iio") return new IioSource(stream, source);
  const address = parseBusAddress(source.address);
  if (address.kind !== "serial") throw meterErrors.METER_SOURCE_REFUSED(`${source.address} is no serial line.`);
  return new LinkSource(stream, linksOf(address));
}

export function readCalibration(file: string): Calibration {
  try {
    return checkCalibration(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof SyntaxError || (error as { code?: string }).code === "ENOENT") {
      throw meterErrors.METER_SOURCE_REFUSED(`The calibration ${file} cannot be read.`, { file }, error);
    }
    throw error;
  }
}

/**
 * A SunSpec inverter's map: models 101 or 103 with 120 to 123, or 701, 702 and 704. Measured power is generation
 * positive. Offsets are the specification's, counted from the model's id.
 */
import type { InverterSpec } from "../spec.ts";
import type { Area } from "./image.ts";
import type { InverterPicture } from "./inverter-picture.ts";
import { controls123, model103, nameplate120, settings121, status122 } from "./sunspec-103.ts";
import { capacity702, controls704, measured701 } from "./sunspec-704.ts";
import { chainArea, commonModel, type Placed, place } from "./sunspec-chain.ts";

type P = InverterPicture;

export interface InverterMap {
  readonly areas: readonly Area<P>[];
  /** Where model 123 or 704 begins. */
  readonly controlsAt: number;
}

export function inverterMap(spec: InverterSpec, serial: string): InverterMap {
  const common = commonModel<P>(`Inverter ${spec.rated} W`, serial, spec.unit);
  const models =
    spec.control === "704"
      ? [common, measured701(spec), capacity702(spec), controls704(spec)]
      : [common, model103(spec), nameplate120(spec), settings121(spec), status122, controls123(spec)];
  const placed: readonly Placed<P>[] = place(models);
  return { areas: [chainArea(placed)], controlsAt: placed.find((model) => `${model.id}` === spec.control)?.at ?? 0 };
}

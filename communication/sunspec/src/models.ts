/** The models that a meter or an inverter needs here, by id. */
import { errors } from "./errors.ts";
import { type Model, model, renamed } from "./model.ts";
import { common } from "./models/common.ts";
import { controls } from "./models/controls.ts";
import { derAc } from "./models/der-ac.ts";
import { derCapacity } from "./models/der-capacity.ts";
import { derControls } from "./models/der-controls.ts";
import { inverter } from "./models/inverter.ts";
import { inverterFloat } from "./models/inverter-float.ts";
import { meter } from "./models/meter.ts";
import { meterFloat } from "./models/meter-float.ts";
import { nameplate } from "./models/nameplate.ts";
import { settings } from "./models/settings.ts";
import { status } from "./models/status.ts";

/** Model 201 spells the line-to-line voltages as the inverter models do. */
const meterOnePhase = renamed(meter, { PhVphAB: "PPVphAB", PhVphBC: "PPVphBC", PhVphCA: "PPVphCA" });

export const models: ReadonlyMap<number, Model> = new Map(
  [
    model(1, "Common", common),
    model(101, "Inverter, one phase", inverter),
    model(102, "Inverter, split phase", inverter),
    model(103, "Inverter, three phases", inverter),
    model(111, "Inverter, one phase, float", inverterFloat),
    model(112, "Inverter, split phase, float", inverterFloat),
    model(113, "Inverter, three phases, float", inverterFloat),
    model(120, "Nameplate", nameplate),
    model(121, "Basic settings", settings),
    model(122, "Extended status", status),
    model(123, "Immediate controls", controls),
    model(201, "Meter, one phase", meterOnePhase),
    model(202, "Meter, split phase", meter),
    model(203, "Meter, three phases, star", meter),
    model(204, "Meter, three phases, delta", meter),
    model(211, "Meter, one phase, float", meterFloat),
    model(212, "Meter, split phase, float", meterFloat),
    model(213, "Meter, three phases, star, float", meterFloat),
    model(214, "Meter, three phases, delta, float", meterFloat),
    model(701, "Generator, AC measurement", derAc),
    model(702, "Generator, capacity", derCapacity),
    model(704, "Generator, AC controls", derControls),
  ].map((entry) => [entry.id, entry]),
);

export function modelOf(id: number): Model {
  const found = models.get(id);
  if (found === undefined) throw errors.SUNSPEC_POINT(`SunSpec model ${id} is not one that is known here.`);
  return found;
}

/** Who made it: maker, model, version, serial number. Every SunSpec device has it first. */
import { layout } from "../model.ts";

export const common = layout([
  ["ID", 0, "uint16", 1],
  ["L", 1, "uint16", 1],
  ["Mn", 2, "string", 16],
  ["Md", 18, "string", 16],
  ["Opt", 34, "string", 8],
  ["Vr", 42, "string", 8],
  ["SN", 50, "string", 16],
  ["DA", 66, "uint16", 1, null, null, "RW"],
  ["Pad", 67, "pad", 1],
]);

/**
 * Finding the models of a device: the marker "SunS" lies at one of three addresses, and behind it a chain of models, each
 * with its id and its length, up to the id 0xFFFF. The walk is bounded, since a damaged length would lead it anywhere.
 */
import { isCoded } from "@csj/fault";
import type { RegisterAccess } from "@csj/modbus";
import type { Millis } from "@csj/quantity";
import { errors } from "./errors.ts";
import { modelOf, models } from "./models.ts";
import { text, u32 } from "./words.ts";

/** Where the specification lets the marker be, the usual place first. */
export const MARKER_ADDRESSES = [40_000, 0, 50_000] as const;
/** "SunS" */
const MARKER = 0x5375_6e53;
const CHAIN_END = 0xffff;
const MODELS_MAX = 96;
const ADDRESS_MAX = 65_535;

export interface FoundModel {
  readonly id: number;
  /** PDU address of the register that holds the id. */
  readonly address: number;
  /** Registers after the header, as the device says. */
  readonly length: number;
}

export interface SunSpecMap {
  readonly base: number;
  readonly models: readonly FoundModel[];
}

export interface DiscoverOptions {
  readonly timeout?: Millis;
  readonly addresses?: readonly number[];
}

/** The device's models; SUNSPEC_NOT_FOUND where no marker answers. A lost link is passed on as it is. */
export async function discover(
  access: RegisterAccess,
  unit: number,
  options: DiscoverOptions = {},
): Promise<SunSpecMap> {
  const read = reader(access, unit, options.timeout);
  for (const base of options.addresses ?? MARKER_ADDRESSES) {
    if (await hasMarker(read, base)) return { base, models: await walk(read, base + 2) };
  }
  throw errors.SUNSPEC_NOT_FOUND(`Unit ${unit} has no SunSpec marker at ${MARKER_ADDRESSES.join(", ")}.`);
}

type Read = (address: number, count: number) => Promise<Uint16Array>;

function reader(access: RegisterAccess, unit: number, timeout: Millis | undefined): Read {
  return async (address, count) => {
    const request = { unit, function: 3 as const, address, count };
    return (await access.read(timeout === undefined ? request : { ...request, timeout })).words;
  };
}

/** "No such address" is an answer, and so is anything else that the device itself refuses. */
async function hasMarker(read: Read, base: number): Promise<boolean> {
  try {
    return u32(await read(base, 2), 0) === MARKER;
  } catch (error) {
    if (isCoded(error) && error.entry.fault === "device") return false;
    throw error;
  }
}

async function walk(read: Read, start: number): Promise<FoundModel[]> {
  const found: FoundModel[] = [];
  let address = start;
  while (address < ADDRESS_MAX) {
    const header = await read(address, 2);
    const id = header[0] as number;
    const length = header[1] as number;
    if (id === CHAIN_END) return found;
    if (found.length === MODELS_MAX) throw errors.SUNSPEC_CHAIN(`More than ${MODELS_MAX} models follow one another.`);
    if (id === 0 || length === 0) {
      throw errors.SUNSPEC_CHAIN(`At address ${address} lies a model with id ${id} and length ${length}.`);
    }
    found.push({ id, address, length });
    address += 2 + length;
  }
  throw errors.SUNSPEC_CHAIN(`The chain of models runs past the last address after ${found.length} models.`);
}

export interface Identity {
  readonly maker: string;
  readonly model: string;
  readonly version: string;
  readonly serial: string;
}

/** What model 1 says; `undefined` where the device has none. */
export async function identify(
  access: RegisterAccess,
  unit: number,
  map: SunSpecMap,
  timeout?: Millis,
): Promise<Identity | undefined> {
  const common = map.models.find((entry) => entry.id === 1);
  if (common === undefined) return undefined;
  const words = await reader(access, unit, timeout)(common.address, Math.min(common.length + 2, modelOf(1).size));
  const part = (name: string) => {
    const point = modelOf(1).points.get(name);
    return point === undefined || point.offset + point.size > words.length ? "" : text(words, point.offset, point.size);
  };
  return { maker: part("Mn"), model: part("Md"), version: part("Vr"), serial: part("SN") };
}

/** The first of the wanted models that the device has and we know. */
export function firstModel(map: SunSpecMap, wanted: readonly number[]): FoundModel | undefined {
  for (const id of wanted) {
    const found = models.has(id) ? map.models.find((entry) => entry.id === id) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The limit that an installer left in a device, such as 70 % of the rating where the operator asked for it. It is read
 * before the first write ever, kept for good, and no command is above it; a start of other software has wiped it on real
 * sites. Only a person takes it back.
 */
import { Watts } from "@csj/quantity";

export interface StaticLimits {
  /** By device; null where it held none when it was met first. */
  readonly limits: Readonly<Record<string, number | null>>;
  /** True where what was remembered could not be read: somebody must say what the limits are. */
  readonly lost: boolean;
}

export const noStaticLimits: StaticLimits = { limits: {}, lost: false };

/** What a device holds before anything was written to it: its limit where that is switched on. */
export interface FoundLimit {
  readonly limit: Watts;
  readonly rated: Watts;
  readonly isOn: boolean;
}

/**
 * At the first meeting what the device holds is the installer's. Later it may be what was written here, so it says nothing;
 * a register that is never written here is met anew each time (`isOwn` false), and may only lower what is known.
 */
export function met(known: StaticLimits, device: string, found: FoundLimit, isOwn = true): StaticLimits {
  const before = own(known, device);
  if (before !== undefined && isOwn) return known;
  const limit = limitOf(found);
  const kept = typeof before === "number" ? Math.min(before, limit ?? before) : limit;
  return { ...known, limits: { ...known.limits, [device]: kept } };
}

/** A person's word; null takes the limit back. */
export function setStatic(known: StaticLimits, device: string, limit: Watts | null): StaticLimits {
  const kept = limit === null ? null : limit > 0 ? limit : 0;
  return { ...known, limits: { ...known.limits, [device]: kept } };
}

/** The limit itself, for the share-out; undefined where there is none. */
export function staticOf(known: StaticLimits, device: string): Watts | undefined {
  const limit = own(known, device);
  return typeof limit === "number" ? Watts(limit) : undefined;
}

/** A command, or a release, with the installer's limit kept. What is not a number is 0. */
export function withStatic(known: StaticLimits, device: string, wanted: Watts): Watts {
  const limit = staticOf(known, device) ?? Infinity;
  return Watts(wanted > 0 ? Math.min(wanted, limit) : 0);
}

export function staticToDurable({ limits, lost }: StaticLimits) {
  return { version: 1 as const, limits, lost };
}

/** `undefined` where there was no file yet. */
export function staticFromDurable(value: unknown): StaticLimits {
  if (value === undefined) return noStaticLimits;
  const read = value as { version?: unknown; limits?: unknown; lost?: unknown } | null;
  if (typeof read !== "object" || read?.version !== 1 || !isLimits(read.limits)) return { limits: {}, lost: true };
  return { limits: read.limits, lost: read.lost !== false };
}

function isLimits(value: unknown): value is Record<string, number | null> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((limit) => limit === null || (Number.isFinite(limit) && (limit as number) >= 0));
}

function limitOf({ limit, rated, isOn }: FoundLimit): number | null {
  if (!isOn || !(limit < rated)) return null;
  return limit > 0 ? limit : 0;
}

function own({ limits }: StaticLimits, device: string): number | null | undefined {
  return Object.hasOwn(limits, device) ? limits[device] : undefined;
}

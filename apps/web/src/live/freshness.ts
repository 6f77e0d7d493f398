/**
 * How old a picture is, without trusting that this device, the head-end and a simulated street share a clock: the age that
 * the gateway states plus the time since it arrived here. Only a stream's first picture needs more, since it may be old.
 */
import type { Site } from "../api/shapes.ts";
import type { LivePictures, Seen } from "./use-live.ts";

export type Freshness =
  | { readonly state: "none" }
  /** The stream has just been asked for. */
  | { readonly state: "waiting" }
  | { readonly state: "live"; readonly ageMs: number }
  /** It came, and then nothing came. */
  | { readonly state: "stale"; readonly ageMs: number }
  /** The last picture of a site that is not connected: its own time is all that is known. */
  | { readonly state: "last"; readonly at: string | null };

/** A picture comes each second; five missed ones are not a hiccup any more. */
export const STALE_MS = 5_000;

export function freshness(site: Site, pictures: LivePictures, now: number): Freshness {
  const seen = pictures.sites.get(site.id);
  if (seen === undefined) {
    if (site.online && pictures.stream === "connecting") return { state: "waiting" };
    return site.live === null ? { state: "none" } : { state: "last", at: site.live.at };
  }
  if (!seen.moving && (!site.online || isOld(seen, now))) return { state: "last", at: seen.live.at };
  const ageMs = Math.max(0, now - seen.receivedAt) + (seen.live.age_ms ?? 0);
  return { state: now - seen.receivedAt > STALE_MS ? "stale" : "live", ageMs };
}

function isOld(seen: Seen, now: number): boolean {
  if (seen.live.simulated || seen.live.at === null) return false;
  return now - Date.parse(seen.live.at) > STALE_MS + 60_000;
}

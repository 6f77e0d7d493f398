/** Which day is today at a site. A simulated site has its own today, which its live picture tells. */
import type { Site } from "../api/shapes.ts";

export function latestDate(site: Site, now = Date.now()): string {
  const at = site.live?.at ?? null;
  return civilDate(at === null ? now : Date.parse(at), site.zone);
}

export function civilDate(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    timeZone: zone,
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

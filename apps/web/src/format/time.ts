/** Times in words. Days are civil dates (`2026-11-24`) and are moved by date, never by hours. */
const DAY_MS = 86_400_000;

export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? "1 day" : `${days} days`;
}

export function clock(at: string | number, zone: string | undefined, seconds = true): string {
  const style: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (seconds) style.second = "2-digit";
  if (zone !== undefined) style.timeZone = zone;
  return new Intl.DateTimeFormat("en-GB", style).format(new Date(at));
}

export function moment(at: string, zone: string): string {
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: zone }).format(new Date(at));
  return `${day}, ${clock(at, zone, false)}`;
}

export function dayName(date: string, style: "long" | "weekday" | "short" | "date" = "long"): string {
  const parts: Record<typeof style, Intl.DateTimeFormatOptions> = {
    long: { weekday: "long", day: "numeric", month: "long" },
    weekday: { weekday: "long" },
    short: { weekday: "narrow" },
    date: { day: "numeric", month: "long" },
  };
  return new Intl.DateTimeFormat("en-GB", { ...parts[style], timeZone: "UTC" }).format(civil(date));
}

export function dayBeside(date: string, days: number): string {
  return new Date(civil(date) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Midnight UTC stands for the date: it is only ever formatted in UTC. */
function civil(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

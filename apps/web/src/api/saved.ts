/**
 * The last good answers, kept on this device so that a page opened without a network shows something, with its age. Only
 * answers that describe the past are kept (sites, days); a live value is never read from here.
 */
const PREFIX = "csj-saved ";
const KEPT = 16;

export interface Saved<T> {
  readonly savedAt: number;
  readonly value: T;
}

export function save(path: string, value: unknown, now: number): void {
  try {
    localStorage.setItem(PREFIX + path, JSON.stringify({ savedAt: now, value }));
    forgetOldest();
  } catch {
    // A full or forbidden storage only costs the offline view.
  }
}

export function saved<T>(path: string): Saved<T> | undefined {
  try {
    const text = localStorage.getItem(PREFIX + path);
    return text === null ? undefined : (JSON.parse(text) as Saved<T>);
  } catch {
    return undefined;
  }
}

function forgetOldest(): void {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  if (keys.length <= KEPT) return;
  const aged = keys.map((key) => ({ key, at: saved(key.slice(PREFIX.length))?.savedAt ?? 0 }));
  aged.sort((a, b) => a.at - b.at);
  for (const { key } of aged.slice(0, keys.length - KEPT)) localStorage.removeItem(key);
}

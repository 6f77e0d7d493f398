/** Light, dark, or what the device says. The choice is this device's and stays on it. */
import { signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "csj-theme";

export const theme = signal<Theme>("light");

export function startTheme(): void {
  const chosen = read();
  const system = matchMedia("(prefers-color-scheme: dark)");
  apply(chosen ?? (system.matches ? "dark" : "light"), chosen !== undefined);
  system.addEventListener("change", (event) => {
    if (read() === undefined) apply(event.matches ? "dark" : "light", false);
  });
}

export function turnTheme(): void {
  const next = theme.value === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  apply(next, true);
}

function apply(next: Theme, chosen: boolean): void {
  theme.value = next;
  if (chosen) document.documentElement.dataset["theme"] = next;
}

function read(): Theme | undefined {
  try {
    const text = localStorage.getItem(KEY);
    return text === "light" || text === "dark" ? text : undefined;
  } catch {
    return undefined;
  }
}

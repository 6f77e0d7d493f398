/**
 * A real Chromium for tests: the one that CSJ_CHROMIUM names, Debian's, or the one that npm brings (x86-64 only). It gets
 * no flag that changes how a page is drawn, only those that keep it from calling home.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { build } from "vite";

const SYSTEM = "/usr/bin/chromium";
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const WEB = fileURLToPath(new URL("../../", import.meta.url));

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), args: ARGS });
}

export async function chromiumPath(): Promise<string> {
  const named = process.env["CSJ_CHROMIUM"];
  if (named !== undefined) return named;
  if (existsSync(SYSTEM)) return SYSTEM;
  const { default: packed } = await import("@sparticuz/chromium");
  return packed.executablePath();
}

export const phone = { width: 390, height: 844 };
export const desktop = { width: 1440, height: 900 };

export interface View {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly scheme?: "light" | "dark";
  readonly motion?: "reduce" | "no-preference";
}

export interface Watched {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of: console errors, exceptions, failed requests. */
  readonly complaints: string[];
  /** Requests that left the server that was asked. */
  readonly foreign: string[];
}

/** A page that is watched from its first request on. */
export async function openPage(browser: Browser, url: string, view: View = {}): Promise<Watched> {
  const context = await browser.newContext({
    viewport: view.viewport ?? phone,
    colorScheme: view.scheme ?? "light",
    reducedMotion: view.motion ?? "no-preference",
    locale: "en-GB",
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const foreign: string[] = [];
  const home = new URL(url).origin;
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== home) foreign.push(request.url());
  });
  await page.goto(url);
  return { page, context, complaints, foreign };
}

/** Builds the pages where there are none or where their sources are newer. */
export async function ensureBuilt(): Promise<void> {
  const index = join(WEB, "dist/index.html");
  const built = existsSync(index) ? statSync(index).mtimeMs : 0;
  const sources = [join(WEB, "src"), join(WEB, "public")].map(newest);
  const latest = Math.max(...sources, statSync(join(WEB, "index.html")).mtimeMs);
  if (latest > built)
    await build({ root: WEB, configFile: join(WEB, "vite.config.ts"), logLevel: "warn", mode: "production" });
}

/** Of what goes into the pages; a test's own files do not. */
function newest(folder: string): number {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === "test" || entry.name.includes(".test.")) continue;
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs);
  }
  return latest;
}

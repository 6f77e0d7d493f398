/** The commissioning as an installer meets it in a browser: a simulated site, the command's page, keyboard and report. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { desktop, ensureBuilt, launchBrowser, openPage, phone } from "../../../apps/web/src/test/browser.ts";
import { type Part, part, until } from "./process.ts";

const CSJ = fileURLToPath(new URL("../../../apps/cli/bin/csj.mjs", import.meta.url));
const START_MAX_MS = 60_000;
const PLANT = `sites:
  - allowed_export_w: 0
    inverter: {control: "704", rated_w: 5000, dead_time_ms: 200, tau_ms: 300}
    load_w: 3000
    sun_w: 4000
`;

const folder = mkdtempSync(join(tmpdir(), "csj-commission-page-"));
const parts: Part[] = [];
let browser: Browser;
let url: string;

async function started(name: string, args: readonly string[], ready: RegExp): Promise<string> {
  const one = part(name, process.execPath, [CSJ, ...args]);
  parts.push(one);
  one.start();
  const says = () => `${name} is ready, which says\n${one.output()}\n`;
  await until(says, START_MAX_MS, async () => ready.test(one.output()) || !one.running());
  return ready.exec(one.output())?.[1] ?? "";
}

beforeAll(async () => {
  await ensureBuilt();
  const plant = join(folder, "plant.yaml");
  writeFileSync(plant, PLANT);
  const simulate = ["simulate", "--config", plant, "--modbus-port", "0", "--gateway-config", folder, "--json"];
  await started("simulate", simulate, /("seed")/);
  const commission = [
    "commission",
    "--config",
    join(folder, "site-01.yaml"),
    "--home",
    join(folder, "home"),
    "--page",
    "0",
  ];
  url = await started("commission", commission, /(http:\/\/\S+)/);
  browser = await launchBrowser();
}, 2 * START_MAX_MS);

afterAll(async () => {
  await browser?.close();
  for (const one of parts.reverse()) await one.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("is walked by keyboard: a step begins, says what it does, and ends with its numbers", {
  timeout: 120_000,
}, async () => {
  const { page, complaints, foreign } = await openPage(browser, url, { viewport: desktop });
  await page.waitForURL(/\/commission\/site-01$/);
  const scan = page.locator('[aria-labelledby="step-scan"]');
  await scan.getByRole("button", { name: "Begin" }).focus();
  await page.keyboard.press("Enter");
  await scan.getByText("2 devices answer as what they are configured to be.").waitFor();
  const limit = page.locator('[aria-labelledby="step-limit-step:site-01-inverter"]');
  await limit.getByRole("checkbox").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await limit.getByText("The limit goes to 60 % of what the inverter gave.").waitFor({ timeout: 60_000 });
  await limit.getByText(/It follows: dead time/).waitFor({ timeout: 90_000 });
  expect(await limit.locator("polyline").count()).toBe(2);
  expect(foreign).toEqual([]);
  expect(complaints).toEqual([]);
});

it("stops a step when asked, on a phone in the dark, without a sideways scroll", { timeout: 60_000 }, async () => {
  const { page } = await openPage(browser, url, { viewport: phone, scheme: "dark" });
  const load = page.locator('[aria-labelledby="step-load-step"]');
  await load.getByRole("button", { name: "Begin" }).click();
  await load.getByRole("button", { name: "Stop this step" }).click();
  await load.getByText("The step was stopped by the installer.").waitFor();
  expect(await page.evaluate("document.documentElement.scrollWidth > innerWidth")).toBe(false);
});

it("gives the signed report in three forms", { timeout: 60_000 }, async () => {
  const { page } = await openPage(browser, url, { viewport: desktop });
  await page.getByRole("button", { name: "Sign and write the report" }).click();
  for (const kind of ["HTML", "PDF", "JSON"]) {
    const link = page.getByRole("link", { name: kind, exact: true });
    const answer = await page.request.get(new URL((await link.getAttribute("href")) ?? "", url).href);
    expect(answer.status(), kind).toBe(200);
  }
});

it("lets nobody begin a step without the token", async () => {
  const { origin } = new URL(url);
  const path = `${origin}/api/v1/sites/site-01/commission`;
  expect((await fetch(path)).status).toBe(200);
  expect((await fetch(`${path}/steps/scan`, { method: "POST" })).status).toBe(401);
});

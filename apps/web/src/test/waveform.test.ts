import { mkdirSync, readFileSync } from "node:fs";
import { readComtrade } from "@csj/comtrade";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureWords, cyclesOf } from "../waveform/waves.ts";
import { desktop, ensureBuilt, launchBrowser, openPage, phone } from "./browser.ts";
import { type Fixture, serveFixture } from "./fixture-server.ts";
import { DIP, type FixtureWaveform, makeWaveform } from "./fixture-waveform.ts";

let browser: Browser;
let fixture: Fixture;
let waveform: FixtureWaveform;

beforeAll(async () => {
  await ensureBuilt();
  waveform = makeWaveform();
  [browser, fixture] = await Promise.all([launchBrowser(), serveFixture({ waveform, demo: false })]);
});

afterAll(async () => {
  await browser?.close();
  await fixture?.close();
});

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

describe("a recording", () => {
  it("falls to the dip's voltage at its trigger, and is whole before it", () => {
    const cycles = cyclesOf(waveform.capture);
    const volts = (ms: number) => cycles.find((cycle) => Math.abs(cycle.ms - ms) < 1)?.rms[0];
    // Relative: the front end's divider may be out by its tolerance of 1 %.
    const before = volts(-100) ?? Number.NaN;
    expect(before).toBeGreaterThan(226);
    expect((volts(40) ?? Number.NaN) / before).toBeCloseTo(DIP.factor, 2);
    expect(captureWords(waveform.capture)).toMatch(/^RMS of one cycle: u1 between 13\d\.\d and 23\d\.\d V/);
  });
});

describe("the waveform page", () => {
  it("shows harmonics by eye, key and table, and marks the one above its limit", async () => {
    const { page, context, complaints, foreign } = await openPage(browser, `${fixture.url}/site/site-01`);
    await page.getByRole("link", { name: "Waveform" }).click();
    await page.getByText("Above its mark now: h15.").waitFor();
    expect(await page.locator(".harmonic-bars [role=option]").count()).toBe(31);
    expect(await page.locator(".harmonic-above").count()).toBe(1);
    await page.getByRole("listbox").focus();
    for (let key = 0; key < 5; key += 1) await page.keyboard.press("ArrowRight");
    await page.getByText(/Harmonic 5: 6\.\d\d V, (2\.9\d|3\.0\d) % of the fundamental, limit 6\.00 %\./).waitFor();
    await page.getByText("The harmonics as a table").click();
    await rowsOf(page, ".harmonic-table", 31);
    await page.getByLabel("Channel").selectOption("i1");
    await page.getByText("The limits are for voltages.").waitFor();
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
    await context.close();
  });

  it("shows a recording, moves through it by key, and gives it as a file that reads the same", async () => {
    const { page, context, complaints } = await openPage(browser, `${fixture.url}/waveform/site-01`, {
      viewport: desktop,
    });
    await page.locator(".wave-plot canvas").nth(1).waitFor();
    await page.getByRole("button", { name: "40 ms" }).click();
    await page.getByRole("slider").focus();
    await page.keyboard.press("End");
    await page.getByText("20.00 ms from the trigger").first().waitFor();
    await page.getByText("Each cycle as a table").click();
    await rowsOf(page, ".cycle-table", cyclesOf(waveform.capture).length);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByText("Download as COMTRADE").click(),
    ]);
    const recording = readComtrade({ cff: readFileSync(await download.path()) });
    expect(recording.analog.map(({ name }) => name.toLowerCase())).toEqual(
      waveform.capture.channels.map(({ id }) => id),
    );
    expect(recording.samples.count).toBe(waveform.capture.channels[0]?.samples.length);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("fits a phone and a desktop, light and dark", async () => {
    const { page, context } = await openPage(browser, `${fixture.url}/waveform/site-01`);
    for (const viewport of [phone, desktop])
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        await page.locator(".wave-plot canvas").nth(1).waitFor();
        expect(await overflow(page), `${viewport.width} px, ${colorScheme}`).toBeLessThanOrEqual(0);
        await shot(page, `${viewport.width}-${colorScheme}`);
      }
    await context.close();
  });
});

/** A table is drawn after its summary was clicked; it has so many rows and no more. */
async function rowsOf(page: Page, table: string, count: number): Promise<void> {
  const rows = page.locator(`${table} tbody tr`);
  await rows.nth(count - 1).waitFor();
  expect(await rows.count()).toBe(count);
}

/** For whoever wants to look: CSJ_SHOTS names a folder. */
async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env["CSJ_SHOTS"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/waveform-${name}.png`, fullPage: true });
}

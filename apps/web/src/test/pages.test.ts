import { randomUUID } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { desktop, ensureBuilt, launchBrowser, openPage, phone, type View, type Watched } from "./browser.ts";
import { dayOf, EMPTY_DAY, GAP_DAY, LONG_DAY, TODAY } from "./fixture-days.ts";
import { type Fixture, serveFixture } from "./fixture-server.ts";

let browser: Browser;
let fixture: Fixture;
const open: Watched[] = [];

beforeAll(async () => {
  await ensureBuilt();
  [browser, fixture] = await Promise.all([launchBrowser(), serveFixture()]);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ context }) => context.close()));
});

afterAll(async () => {
  await browser?.close();
  await fixture?.close();
});

async function visit(path: string, view: View = {}, from: Fixture = fixture): Promise<Watched> {
  const watched = await openPage(browser, from.url + path, view);
  open.push(watched);
  return watched;
}

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** What a screen reader would stumble over. */
function unnamed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    const text = (element: Element) => (element.getAttribute("aria-label") ?? element.textContent ?? "").trim();
    for (const element of document.querySelectorAll("a[href], button, summary")) {
      if (text(element) === "") wrong.push(`no name: ${element.outerHTML.slice(0, 80)}`);
    }
    for (const field of document.querySelectorAll("select, input")) {
      if ((field as HTMLSelectElement).labels?.length === 0) wrong.push(`no label: ${field.id}`);
    }
    for (const image of document.querySelectorAll("svg")) {
      const hidden = image.closest("[aria-hidden=true]") !== null || image.getAttribute("role") === "presentation";
      if (!hidden) wrong.push("an svg without a role");
    }
    if (document.querySelectorAll("h1").length !== 1) wrong.push("not one h1");
    if (document.querySelectorAll("main").length !== 1) wrong.push("not one main");
    if (document.documentElement.lang === "") wrong.push("no language");
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    if (new Set(ids).size !== ids.length) wrong.push("an id that comes twice");
    return wrong;
  });
}

describe("every page", () => {
  const pages = [
    ["/", ".tile .age-live"],
    ["/site/site-01", ".history-plot canvas"],
    [`/home/site-01?date=${GAP_DAY}`, "[role=option]"],
  ] as const;
  const views = [
    { viewport: phone, scheme: "light" },
    { viewport: phone, scheme: "dark" },
    { viewport: desktop, scheme: "light" },
    { viewport: desktop, scheme: "dark" },
  ] as const;

  it.each(pages)(
    "%s has no sideways scroll, no complaint, no foreign request, and a name for everything",
    async (path, ready) => {
      const { page, complaints, foreign } = await visit(path);
      for (const { viewport, scheme } of views) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme: scheme });
        await page.locator(ready).first().waitFor();
        const at = `${viewport.width} px, ${scheme}`;
        expect(await overflow(page), at).toBeLessThanOrEqual(0);
        expect(await unnamed(page), at).toEqual([]);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(paper, at).toBe(scheme === "light" ? "rgb(247, 245, 240)" : "rgb(16, 19, 24)");
      }
      expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
    },
  );

  it("turns dark and light by a button and remembers it", async () => {
    const { page } = await visit("/", { scheme: "light" });
    await page.getByRole("button", { name: "Dark" }).click();
    await page.reload();
    await page.getByRole("button", { name: "Light" }).waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(16, 19, 24)");
  });

  it("says so where nothing is, and leads back", async () => {
    const { page } = await visit("/site/nobody");
    await page.getByText("There is nothing at this address.").waitFor();
    await page.getByRole("link", { name: "Street", exact: true }).click();
    await page.locator(".tile").first().waitFor();
  });
});

describe("the street", () => {
  it("shows every home, and says in a number and a sentence what goes to the grid", async () => {
    const { page } = await visit("/");
    await page.getByText("8.3 kW of sun is held back").waitFor();
    expect(await page.locator(".tile").count()).toBe(12);
    expect(await page.locator("h1").innerText()).toMatch(/180\s+W\s+goes to the grid now/);
    expect(await page.locator("[data-site=site-04]").innerText()).toContain("At its safe limit");
    expect(await page.locator("[data-site=site-07]").innerText()).toContain("Not connected");
    expect(await page.locator("[data-site=site-12]").innerText()).toContain("Nothing heard yet");
  });

  it("sets a fault, shows what it does, and repairs it", async () => {
    const own = await serveFixture();
    const { page } = await visit("/", { viewport: desktop }, own);
    await page.getByLabel("Home", { exact: true }).selectOption({ label: "14 Willow Way" });
    await page.getByLabel("Grid meter").selectOption("silent");
    await page.locator("[data-site=site-02]").getByText("At its safe limit").waitFor();
    expect(own.street.devices().find(({ id }) => id === "site-02-grid")?.fault).toBe("silent");
    await page.getByRole("button", { name: /14 Willow Way, grid meter: silent/ }).click();
    await page.locator("[data-site=site-02]").getByText("Not held back").waitFor();
    await own.close();
  });

  it("has no demo where there is none", async () => {
    const own = await serveFixture({ demo: false });
    const { page } = await visit("/", {}, own);
    await page.locator(".tile .age-live").first().waitFor();
    expect(await page.getByText("Break something").count()).toBe(0);
    expect(await page.getByText("Simulated").count()).toBe(0);
    await own.close();
  });

  it("tells an empty street what to do", async () => {
    const own = await serveFixture({ sites: 0, demo: false });
    const { page } = await visit("/", {}, own);
    await page.getByText("No site is connected yet.").waitFor();
    await own.close();
  });

  it("says in a demo's first seconds that the street is being built", async () => {
    const own = await serveFixture({ sites: 0 });
    const { page } = await visit("/", {}, own);
    await page.getByText("The street is being built.").waitFor();
    await own.close();
  });

  it("leads to a site by keyboard alone", async () => {
    const { page } = await visit("/");
    await page.locator("[data-site=site-01]").focus();
    await page.keyboard.press("Enter");
    await page.getByText("and nothing may be exported").waitFor();
    expect(new URL(page.url()).pathname).toBe("/site/site-01");
    await page.goBack();
    await page.locator(".tile").first().waitFor();
  });
});

describe("a site", () => {
  it("gives the limit's sentence, its reason one click away, and the hour as a table", async () => {
    const { page } = await visit("/site/site-01");
    await page.getByText(/^Held at .* nothing may be exported\.$/).waitFor();
    await page.getByText("Why this limit").click();
    expect(await page.locator("[data-reason]").innerText()).toBe("following-load");
    await page.getByText("The hour as a table").click();
    await page.locator(".history tbody tr").first().waitFor();
    expect(await page.locator(".history tbody tr").count()).toBeGreaterThan(55);
  });

  it("moves only where power flows, and not at all where that is asked for", async () => {
    const { page } = await visit("/site/site-02");
    await page.locator(".flow-motion").first().waitFor();
    expect(await page.locator(".flow-motion").count()).toBe(2);
    const calm = await visit("/site/site-02", { motion: "reduce" });
    await calm.page.locator(".flow-motion").first().waitFor();
    const name = await calm.page
      .locator(".flow-motion")
      .first()
      .evaluate((path) => getComputedStyle(path).animationName);
    expect(name).toBe("none");
  });

  it("goes grey with its age when no picture comes, and live again when one does", async () => {
    const own = await serveFixture();
    const { page } = await visit("/site/site-01", {}, own);
    await page.clock.install();
    await page.reload();
    await page.locator(".age-live").waitFor();
    own.hold(true);
    await page.clock.fastForward(6_000);
    await page.getByText(/no new reading for \d+ s/).waitFor();
    expect(await page.locator(".flow-stale").count()).toBe(1);
    own.hold(false);
    await page.locator(".age-live").waitFor();
    await own.close();
  });

  it("is the front page of a gateway, without ways to pages that it does not have", async () => {
    const own = await serveFixture({ gateway: true, demo: false });
    const { page, complaints } = await visit("/", {}, own);
    await page
      .getByText(/^Held at/)
      .first()
      .waitFor();
    expect(await page.getByRole("link", { name: "Half-hours" }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await own.close();
  });
});

describe("a home", () => {
  it("reads a bar's value by keyboard", async () => {
    const { page } = await visit(`/home/site-01?date=${GAP_DAY}`);
    const bars = page.getByRole("listbox");
    await bars.focus();
    await page.keyboard.press("Home");
    for (let steps = 0; steps < 36; steps++) await page.keyboard.press("ArrowRight");
    const wh = dayOf("site-01", GAP_DAY).intervals[36]?.home_wh ?? 0;
    const words = await page.locator("output").innerText();
    expect(words).toContain("18:00 to 18:30");
    expect(words).toContain(`${(wh / 1000).toFixed(2)} kWh`);
    const active = await bars.getAttribute("aria-activedescendant");
    expect(await page.locator(`#${active}`).getAttribute("aria-label")).toContain(`${(wh / 1000).toFixed(2)} kWh`);
    await page.keyboard.press("Shift+ArrowRight");
    expect(await page.locator("output").innerText()).toContain("18:00 to 19:00");
    expect(await page.locator("[role=option][aria-selected=true]").count()).toBe(2);
    await page.keyboard.press("Escape");
    expect(await page.locator("output").count()).toBe(0);
  });

  it("sums a span that is dragged", async () => {
    const { page } = await visit(`/home/site-01?date=${GAP_DAY}`, { viewport: desktop });
    const box = await page.getByRole("listbox").boundingBox();
    const { x = 0, y = 0, width = 0 } = box ?? {};
    const at = (index: number): number => x + 36 + ((width - 36) / 48) * (index + 0.5);
    await page.mouse.move(at(34), y + 100);
    await page.mouse.down();
    await page.mouse.move(at(37), y + 100, { steps: 4 });
    await page.mouse.up();
    const words = await page.locator("output").innerText();
    expect(words).toContain("17:00 to 19:00");
    expect(words).toMatch(/£\d+\.\d\d/);
    expect(words).toContain("1 late");
  });

  it("shows missing as missing in bars, words and table", async () => {
    const { page } = await visit(`/home/site-01?date=${GAP_DAY}`);
    await page.getByText("45 half-hours of 48 received, 2 late, 3 missing, 1 estimated.").waitFor();
    expect(await page.locator("[role=option] .bar-missing").count()).toBe(3);
    await page.getByText("The day as a table").click();
    await page.locator(".day-table tbody tr").first().waitFor();
    expect(await page.locator(".day-table tbody tr").count()).toBe(48);
    const row = await page.locator(".day-table tbody tr").nth(20).innerText();
    expect(row).toContain("missing");
    expect(row).not.toContain("0.000");
  });

  it("has 50 bars when the clocks go back, the doubled hour told apart", async () => {
    const { page } = await visit(`/home/site-01?date=${LONG_DAY}`);
    await page.getByText("The clocks went back: this day has 50 half-hours.").waitFor();
    expect(await page.getByRole("option").count()).toBe(50);
    expect(await page.getByRole("option", { name: /^01:00 (BST|GMT) to 01:30/ }).count()).toBe(2);
  });

  it("steps from day to day by link and by key, and stops at the last", async () => {
    const { page } = await visit("/home/site-01");
    await page.getByRole("heading", { level: 1, name: "Wednesday 24 June" }).waitFor();
    expect(await page.getByRole("link", { name: /The day after/ }).count()).toBe(0);
    await page.getByRole("link", { name: /The day before/ }).click();
    await page.getByRole("heading", { level: 1, name: "Tuesday 23 June" }).waitFor();
    await page.getByRole("listbox").focus();
    await page.keyboard.press("PageDown");
    await page.getByRole("heading", { level: 1, name: "Wednesday 24 June" }).waitFor();
    expect(new URL(page.url()).search).toBe(`?date=${TODAY}`);
  });

  it("shows the bill with standing charge, tax and the rule of rounding", async () => {
    const { page } = await visit(`/home/site-01?date=${GAP_DAY}`);
    const words = await page.locator(".cost").innerText();
    for (const part of ["Standing charge", "Tax", "Total", "half-up to 0.01", "3 missing intervals are not in it"])
      expect(words).toContain(part);
    expect(words).toContain(`£${dayOf("site-01", GAP_DAY).cost?.total}`);
  });

  it("leads on from a day without any value", async () => {
    const { page } = await visit(`/home/site-01?date=${EMPTY_DAY}`);
    await page.getByRole("link", { name: /Go to the latest day/ }).click();
    await page.getByRole("option").first().waitFor();
  });
});

describe("without a server", () => {
  it("says what is wrong and gets well by itself", async () => {
    const own = await serveFixture();
    own.breakApi(true);
    const { page } = await visit("/", {}, own);
    await page.getByText("The server does not answer.").waitFor();
    own.breakApi(false);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator(".tile").first().waitFor();
    await own.close();
  });

  it("opens from the service worker, and what it saved shows its age", async () => {
    const own = await serveFixture();
    const { page } = await visit(`/home/site-01?date=${GAP_DAY}&visit=${randomUUID()}`, {}, own);
    await page.getByRole("option").first().waitFor();
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await own.close();
    await page.reload();
    await page.getByText(/saved on this device \d+ s ago/).waitFor();
    expect(await page.getByRole("option").count()).toBe(48);
    const cached = await page.evaluate(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return lists.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(cached.filter((path) => path.startsWith("/api"))).toEqual([]);
    expect(cached).toContain("/index.html");
  });
});

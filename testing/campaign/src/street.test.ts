/** The demo as its visitor meets it: started by its command, looked at in a browser, read with somebody else's tool. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { desktop, launchBrowser, openPage, phone } from "../../../apps/web/src/test/browser.ts";
import { type Part, part, until } from "./process.ts";

const CSJ = fileURLToPath(new URL("../../../apps/cli/bin/csj.mjs", import.meta.url));
const hasMbpoll = spawnSync("mbpoll", ["-V"]).error === undefined;
const inCi = process.env["CI"] === "true";
const START_MAX_MS = 120_000;

interface Says {
  readonly url: string;
  readonly continued: boolean;
  readonly devices: readonly { readonly id: string; readonly address: string }[];
}

const home = mkdtempSync(join(tmpdir(), "csj-street-"));
let demo: Part;
let says: Says;
let browser: Browser;

async function startDemo(): Promise<void> {
  demo = part("demo", process.execPath, [
    ...[CSJ, "demo", "--json", "--no-open", "--sites", "2", "--history-days", "3"],
    ...["--port", "0", "--modbus-port", "0", "--home", home],
  ]);
  demo.start();
  // What it logs comes by another pipe and may stand before it on the same line.
  const line = () => /\{"url":.*\}$/m.exec(demo.output())?.[0];
  const what = () => `the street is ready, which says\n${demo.output()}\n`;
  await until(what, START_MAX_MS, async () => line() !== undefined || !demo.running());
  says = JSON.parse(line() ?? `nothing, and ended: ${demo.output()}`) as Says;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of a server that the test looks into
async function get(path: string): Promise<any> {
  const answer = await fetch(`${says.url}${path}`);
  expect(answer.status, path).toBe(200);
  return answer.json();
}

function addressOf(device: string): URL {
  return new URL(says.devices.find(({ id }) => id === device)?.address ?? "");
}

const yesterday = async () => {
  const { last_date: last } = await get("/api/v1/sites/site-01/days/2026-01-01");
  return new Date(Date.parse(`${last}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
};

beforeAll(async () => {
  await startDemo();
  browser = await launchBrowser();
  await until("all sites live", 20_000, async () => {
    const { sites } = await get("/api/v1/sites");
    return sites.length === 2 && sites.every((site: { live: unknown }) => site.live !== null);
  });
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
  rmSync(home, { recursive: true, force: true });
});

describe("the pages of a running street", () => {
  it("say on a bar what the API says of its half-hour", async () => {
    const date = await yesterday();
    const day = await get(`/api/v1/sites/site-01/days/${date}`);
    expect(day.intervals).toHaveLength(48);
    const { page, context, complaints, foreign } = await openPage(browser, `${says.url}/home/site-01?date=${date}`);
    await page.getByRole("listbox").focus();
    await page.keyboard.press("Home");
    for (let steps = 0; steps < 16; steps += 1) await page.keyboard.press("ArrowRight");
    const words = await page.locator("output").innerText();
    expect(words).toContain("08:00 to 08:30");
    expect(words).toContain(`${(day.intervals[16].home_wh / 1000).toFixed(2)} kWh`);
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
    await context.close();
  });

  it("break a meter, hold the inverter at its safe limit with the reason, and mend it again", async () => {
    const { page, context } = await openPage(browser, `${says.url}/site/site-01`, { viewport: desktop });
    await page.locator("#fault-site-01-grid").selectOption("silent");
    await page.getByText(/No reading from the meter for \d+ s: the inverter is at its safe limit of 0 kW/).waitFor();
    const { devices } = await get("/api/v1/demo/devices");
    expect(devices.find(({ id }: { id: string }) => id === "site-01-grid").fault).toBe("silent");
    await page.locator("#fault-site-01-grid").selectOption("none");
    await page.getByText(/No reading from the meter/).waitFor({ state: "detached" });
    await context.close();
  });

  it.each(["/", "/site/site-01", "/home/site-01"])("fit a phone and a desktop, light and dark: %s", async (path) => {
    for (const view of [
      { viewport: phone, scheme: "dark" },
      { viewport: desktop, scheme: "light" },
    ] as const) {
      const { page, context, complaints } = await openPage(browser, `${says.url}${path}`, view);
      await page.getByRole("heading", { level: 1 }).waitFor();
      const over = await page.evaluate<number>(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect({ over, complaints }).toEqual({ over: 0, complaints: [] });
      await context.close();
    }
  });
});

describe("the devices of a running street", () => {
  it.skipIf(!hasMbpoll && !inCi)(
    "give mbpoll the words that SunSpec fixes, and the meter's register (needs mbpoll)",
    async () => {
      const inverter = addressOf("site-01-inverter");
      const marker = mbpoll(inverter, ["-t", "4:hex", "-r", "40001", "-c", "2"]);
      expect(marker).toContain("0x5375");
      expect(marker).toContain("0x6E53");
      const meter = addressOf("site-01-grid");
      const [, shown] = /\]:\s+([\d.]+)/.exec(mbpoll(meter, ["-t", "3:float", "-B", "-r", "73", "-c", "1"])) ?? [];
      const read = csj("read", "--profile", "eastron-sdm630", "--at", meter.href, "--unit", "1", "--json");
      expect(Number(shown) * 1000).toBeCloseTo(read.registers.import.wh, -2);
    },
  );

  it("refuse a fault that does not exist and a device that is not played", async () => {
    const put = (id: string, fault: string) =>
      fetch(`${says.url}/api/v1/demo/devices/${id}/fault`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ fault }),
      });
    expect((await put("site-01-grid", "melted")).status).toBe(400);
    const unknown = await put("site-99-grid", "silent");
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "DEMO_DEVICE_UNKNOWN" }]);
  });

  it("are not broken by a page of another origin", async () => {
    const answer = await fetch(`${says.url}/api/v1/demo/devices/site-01-grid/fault`, {
      method: "PUT",
      headers: { "content-type": "application/json", origin: "http://elsewhere.example" },
      body: JSON.stringify({ fault: "silent" }),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await answer.json()).toMatchObject({ code: "DEMO_FOREIGN_ORIGIN" });
  });
});

describe("a street that is stopped and started again", () => {
  it("ends cleanly, goes on at its stored instant, and has every half-hour that it had", async () => {
    const before = await get("/api/v1/meters/site-01-grid/intervals");
    const { now } = await get("/api/v1/demo");
    await demo.stop();
    expect(demo.exitCode()).toBe(0);
    await startDemo();
    expect(says.continued).toBe(true);
    const { now: later } = await get("/api/v1/demo");
    expect(Date.parse(later)).toBeGreaterThanOrEqual(Date.parse(now));
    expect(Date.parse(later) - Date.parse(now)).toBeLessThan(60_000);
    const after = await get("/api/v1/meters/site-01-grid/intervals");
    const common = after.channels.import.slice(0, before.channels.import.length);
    expect(common).toEqual(before.channels.import);
  }, 90_000);
});

function mbpoll({ hostname, port }: URL, words: string[]): string {
  const { stdout } = spawnSync("mbpoll", ["-m", "tcp", "-p", port, "-a", "1", "-1", ...words, hostname], {
    encoding: "utf8",
  });
  return stdout;
}

// biome-ignore lint/suspicious/noExplicitAny: a command's answer that the test looks into
function csj(...args: string[]): any {
  const { stdout, status, stderr } = spawnSync(process.execPath, [CSJ, ...args], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Live } from "@csj/uplink";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pageApp, servePage } from "./page.ts";
import { type TestSite, testSite } from "./test/site.ts";

let run: TestSite;
let webRoot: string;

beforeEach(() => {
  run = testSite();
  webRoot = mkdtempSync(join(tmpdir(), "csj-web-"));
  writeFileSync(join(webRoot, "index.html"), "<title>site</title>");
  writeFileSync(join(webRoot, "app.js"), "1");
});

afterEach(async () => {
  await run.close();
  rmSync(webRoot, { recursive: true, force: true });
});

const options = (more: object = {}) => ({ gateway: run.gateway, port: 0, log: run.log, webRoot, ...more });

test("the one site has the shape that the head-end gives it", async () => {
  const app = pageApp(options());
  await run.cycle(1_000);
  const answer = await app.inject("/api/v1/sites");
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.json()).toMatchObject({
    gateway: true,
    sites: [
      {
        id: run.id,
        simulated: true,
        online: true,
        allowed_export_w: 0,
        meters: [
          { id: `${run.id}-grid`, role: "grid", interval_s: 1800, channels: ["import", "export"] },
          { role: "pv", channels: ["generation"] },
        ],
        live: { kind: "live", site: run.id },
      },
    ],
  });
  expect((await app.inject(`/api/v1/sites/${run.id}`)).json().id).toBe(run.id);
  expect((await app.inject("/api/v1/sites/other")).statusCode).toBe(404);
  expect((await app.inject("/api/v1/nothing")).json()).toMatchObject({ code: "GATEWAY_NOT_FOUND" });
  await app.close();
});

test("the last hour is there once a page is served, a failed read as null", async () => {
  const app = pageApp(options());
  run.world.setFault(`${run.id}-grid`, "silent");
  for (let second = 0; second < 3; second += 1) await run.cycle(1_000);
  const history = (await app.inject(`/api/v1/sites/${run.id}/live/history`)).json();
  expect(history.at).toHaveLength(3);
  expect(history.grid_w).toEqual([null, null, null]);
  await app.close();
});

test("any page's address gives the page, and files are files", async () => {
  const app = pageApp(options());
  for (const path of ["/", "/site/site-01"]) expect((await app.inject(path)).body).toContain("<title>site</title>");
  expect((await app.inject("/app.js")).body).toBe("1");
  await app.close();
});

test("the live picture comes over a real connection, at once and with each second", async () => {
  const page = await servePage(options());
  const answer = await fetch(`${page.url}/api/v1/sites/${run.id}/live`);
  expect(answer.headers.get("content-type")).toBe("text/event-stream");
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const pictures: Live[] = [];
  for (let text = ""; pictures.length < 3; ) {
    text += (await reader.read()).value ?? "";
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const [event, data] = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      expect(event).toBe("event: live");
      pictures.push(JSON.parse(data!.slice("data: ".length)));
      await run.cycle(1_000);
    }
  }
  expect(pictures[0]).toMatchObject({ limit_w: null, reason: "starting" });
  expect(pictures[2]).toMatchObject({ site: run.id });
  expect(pictures[2]!.home_w).not.toBeNull();
  await page.close();
});

test("an address that others can reach needs a token, and the token opens it", async () => {
  expect(() => pageApp(options({ host: "0.0.0.0" }))).toThrow(
    "The page would be open to everybody who reaches 0.0.0.0.",
  );
  const tokenFile = join(webRoot, "token");
  const app = pageApp(options({ host: "0.0.0.0", tokenFile }));
  expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
  expect((await app.inject("/api/v1/sites")).statusCode).toBe(401);
  const token = readFileSync(tokenFile, "utf8").trim();
  const headers = { authorization: `Bearer ${token}` };
  expect((await app.inject({ url: "/api/v1/sites", headers })).statusCode).toBe(200);
  const entered = await app.inject(`/?token=${token}`);
  expect(entered.statusCode).toBe(302);
  const cookie = String(entered.headers["set-cookie"]).split(";")[0]!;
  expect((await app.inject({ url: "/api/v1/sites", headers: { cookie } })).statusCode).toBe(200);
  await app.close();
});

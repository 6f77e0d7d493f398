import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeGateway } from "../test/fake-gateway.ts";
import { enrolled, type Running, running } from "../test/head-end.ts";

const TARIFF = {
  ...{ id: "demo", name: "Demo", currency: "GBP", exponent: 2, standing_per_day: "0.50", tax_percent: "5" },
  import: [
    { id: "night", label: "Night", price_per_kwh: "0.10", from: "00:00", to: "06:00" },
    { id: "day", label: "Day", price_per_kwh: "0.30", from: "06:00", to: "00:00" },
  ],
};

let at: Running;
let gateway: FakeGateway;

beforeAll(async () => {
  at = await running();
  gateway = await enrolled(at.headEnd, new FakeGateway("site-01"));
  await send(
    gateway.message(gateway.site({ tariff: JSON.stringify(TARIFF) })),
    gateway.message(gateway.steadyDay("2026-11-24", 100, 3)),
    gateway.message(
      gateway.day(
        "2026-11-25",
        [...Array(49).keys()].map((slot) => (slot === 20 ? null : 244 + slot)),
      ),
    ),
    gateway.message(gateway.interval("2026-11-26T00:00Z", 292, 300)),
    gateway.message(gateway.interval("2026-11-26T01:00Z", 310, 320)),
  );
});
afterAll(() => at.stop());

const send = (...payloads: Buffer[]) =>
  at.headEnd.ingest.take(payloads.map((payload) => ({ gateway: "site-01", payload })));

const answer = async (url: string, headers = {}) => {
  const { statusCode, body } = await at.headEnd.api.inject({ url, headers });
  return { status: statusCode, body: JSON.parse(body) };
};

describe("a meter's intervals", () => {
  const intervals = async (query: string) => (await answer(`/api/v1/meters/site-01-grid/intervals?${query}`)).body;

  it("run from the first stored one to the last boundary, with every gap as missing", async () => {
    const { channels, next, interval_s } = await intervals("");
    expect(Object.keys(channels)).toEqual(["import"]);
    expect({ next, interval_s, length: channels.import.length }).toEqual({
      next: null,
      interval_s: 1800,
      length: 96 + 24,
    });
    expect(channels.import[0]).toEqual({ start: "2026-11-24T00:00:00Z", wh: 30, quality: "actual" });
    expect(channels.import.slice(96, 100)).toEqual([
      { start: "2026-11-26T00:00:00Z", wh: 80, quality: "actual" },
      { start: "2026-11-26T00:30:00Z", wh: null, quality: "missing" },
      { start: "2026-11-26T01:00:00Z", wh: 100, quality: "actual" },
      { start: "2026-11-26T01:30:00Z", wh: null, quality: "missing" },
    ]);
  });

  it("take `from` in and leave `to` out", async () => {
    const { channels } = await intervals("from=2026-11-24T01:00:00Z&to=2026-11-24T02:00:00Z");
    expect(channels.import.map(({ start }: { start: string }) => start)).toEqual([
      "2026-11-24T01:00:00Z",
      "2026-11-24T01:30:00Z",
    ]);
  });

  it("come in pages that join without a gap or a repetition", async () => {
    const whole = (await intervals("")).channels.import;
    const parts = [];
    for (let next: string | null = "", pages = 0; next !== null && pages < 10; pages += 1) {
      const page: { next: string | null; channels: { import: unknown[] } } = await intervals(
        `limit=50${next === "" ? "" : `&next=${next}`}`,
      );
      parts.push(...page.channels.import);
      next = page.next;
    }
    expect(parts).toEqual(whole);
  });

  it("bring the energy of an unread boundary as a span where it is asked for", async () => {
    const { channels, spans } = await intervals("from=2026-11-25T00:00:00Z&to=2026-11-26T00:00:00Z&spans=true");
    expect(channels.import.filter(({ wh }: { wh: number | null }) => wh === null).length).toBe(2);
    expect(spans).toEqual({ import: [{ from: "2026-11-25T09:30:00Z", to: "2026-11-25T10:30:00Z", wh: 20 }] });
  });

  it("come as CSV where that is accepted, with a link to the next page", async () => {
    const url = "/api/v1/meters/site-01-grid/intervals?from=2026-11-26T00:00:00Z&limit=2";
    const { headers, body } = await at.headEnd.api.inject({ url, headers: { accept: "text/csv" } });
    expect(headers["content-type"]).toBe("text/csv; charset=utf-8");
    expect(headers.link).toContain("next=2026-11-26T01%3A00%3A00Z");
    expect(body.split("\r\n")).toEqual([
      "meter,channel,start,interval_s,value,unit,quality",
      "site-01-grid,import,2026-11-26T00:00:00Z,1800,80,Wh,actual",
      "site-01-grid,import,2026-11-26T00:30:00Z,1800,,Wh,missing",
      "",
    ]);
  });

  it.each([
    ["from=yesterday", 400],
    ["from=2026-13-01T00:00:00Z", 400],
    ["from=2026-11-26T00:00:00Z&to=2026-11-25T00:00:00Z", 400],
    ["limit=0", 400],
    ["colour=red", 400],
  ])("are refused for %s, with a code and what to do", async (query, status) => {
    const refused = await answer(`/api/v1/meters/site-01-grid/intervals?${query}`);
    expect(refused).toEqual({
      status,
      body: { code: "HEADEND_REQUEST", message: expect.any(String), help: expect.any(String) },
    });
  });
});

describe("a household's local day", () => {
  const day = async (date: string) => (await answer(`/api/v1/sites/site-01/days/${date}`)).body;

  it("has its intervals, totals, counts and exact cost", async () => {
    const { intervals, totals, counts, cost, from, to, first_date, last_date } = await day("2026-11-24");
    expect([from, to, first_date, last_date]).toEqual([
      "2026-11-24T00:00:00Z",
      "2026-11-25T00:00:00Z",
      "2026-11-24",
      "2026-11-26",
    ]);
    expect(intervals.length).toBe(48);
    expect(intervals[12]).toEqual({
      ...{ start: "2026-11-24T06:00:00Z", local: "06:00+00:00", import_wh: 30, export_wh: null, generation_wh: null },
      ...{ home_wh: 30, quality: "actual", rate: "day", cost: "0.009" },
    });
    expect(totals).toEqual({ import_wh: 1440, export_wh: null, generation_wh: null, home_wh: 1440 });
    expect(counts).toEqual({ received: 48, late: 0, missing: 0, expected: 48 });
    expect(cost.lines.map(({ id, amount }: { id: string; amount: string }) => [id, amount])).toEqual([
      ["standing", "0.50"],
      ["import-night", "0.04"],
      ["import-day", "0.32"],
      ["tax", "0.04"],
    ]);
    expect(cost.total).toBe("0.90");
  });

  it("that is not over has no future, and counts what is missing", async () => {
    const { intervals, counts } = await day("2026-11-26");
    expect(intervals.length).toBe(24);
    expect(counts).toEqual({ received: 2, late: 0, missing: 22, expected: 48 });
  });

  it("has 46 or 50 intervals when the clocks change, the repeated hour under two offsets", async () => {
    const open = 1_000;
    await send(
      gateway.message(gateway.steadyDay("2026-03-28", open, 1)),
      gateway.message(gateway.steadyDay("2026-03-29", open + 48, 1)),
      gateway.message(gateway.steadyDay("2026-10-24", open, 1)),
      gateway.message(gateway.steadyDay("2026-10-25", open + 48, 1)),
    );
    const [spring, autumn] = [await day("2026-03-29"), await day("2026-10-25")];
    expect([spring.intervals.length, spring.counts.expected]).toEqual([46, 46]);
    expect([autumn.intervals.length, autumn.counts.missing]).toEqual([50, 0]);
    const labels = autumn.intervals.map(({ local }: { local: string }) => local);
    expect(labels.slice(0, 6)).toEqual([
      "00:00+01:00",
      "00:30+01:00",
      "01:00+01:00",
      "01:30+01:00",
      "01:00+00:00",
      "01:30+00:00",
    ]);
  });

  it("is compared with the same weekday of the weeks before", async () => {
    expect((await day("2026-11-26")).comparison).toEqual({ usual_home_wh: null });
    await send(
      gateway.message(gateway.steadyDay("2026-11-12", 100, 2)),
      gateway.message(gateway.steadyDay("2026-11-19", 100, 5)),
    );
    const { comparison } = await day("2026-11-26");
    expect(comparison.usual_home_wh).toEqual(Array(48).fill(35));
  });

  it("is one line among the days of a range", async () => {
    const { body } = await answer("/api/v1/sites/site-01/days?from=2026-11-24&to=2026-11-30");
    expect(body.days.map(({ date }: { date: string }) => date)).toEqual(["2026-11-24", "2026-11-25", "2026-11-26"]);
    expect(body.days[1].counts).toEqual({ received: 46, late: 0, missing: 2, expected: 48 });
    expect((await answer("/api/v1/sites/site-01/days?from=2026-11-24&to=2028-11-24")).status).toBe(400);
    expect((await answer("/api/v1/sites/site-01/days/2026-02-30")).status).toBe(400);
    expect((await answer("/api/v1/sites/nowhere/days/2026-02-20")).status).toBe(404);
  });

  it("is refused in a zone that its intervals do not meet, and shown without a price under a tariff that has none for it", async () => {
    const nepal = await enrolled(at.headEnd, new FakeGateway("site-05"));
    const take = (body: Parameters<FakeGateway["message"]>[0]) =>
      at.headEnd.ingest.take([{ gateway: "site-05", payload: nepal.message(body) }]);
    await take(nepal.site({ zone: "Asia/Kathmandu" }));
    const refused = await answer("/api/v1/sites/site-05/days/2026-11-24");
    expect([refused.status, refused.body.code]).toEqual([422, "HEADEND_ZONE"]);
    await take(nepal.site({ zone: "Asia/Kolkata", tariff: "{}" }));
    await take(nepal.steadyDay("2026-11-24", 0, 1));
    const shown = (await answer("/api/v1/sites/site-05/days/2026-11-24")).body;
    expect([shown.from, shown.cost, shown.cost_problem.code]).toEqual(["2026-11-23T18:30:00Z", null, "TARIFF_INVALID"]);
  });
});

describe("live pictures", () => {
  it("come as events: the last one at once, then each new one, of one site or of all", async () => {
    const { board, url } = at.headEnd;
    board.put(picture("site-01", 300));
    const one = await events(`${url}/api/v1/sites/site-01/live`);
    const all = await events(`${url}/api/v1/live`);
    board.put(picture("site-02", 400));
    board.put(picture("site-01", 500));
    expect(await one.next(2)).toEqual([300, 500]);
    expect(await all.next(3)).toEqual([300, 400, 500]);
    one.close();
    all.close();
    const { body } = await answer("/api/v1/sites/site-01/live/history");
    expect(body.grid_w).toEqual([300, 500]);
    expect((await answer("/api/v1/sites/nowhere/live")).status).toBe(404);
  });

  it("of a site are with its description", async () => {
    const { body } = await answer("/api/v1/sites");
    const site = body.sites.find(({ id }: { id: string }) => id === "site-01");
    expect(site).toMatchObject({ name: "12 Willow Way", zone: "Europe/London", online: false, live: { grid_w: 500 } });
    expect(site.meters).toEqual([
      { id: "site-01-grid", role: "grid", profile: "eastron-sdm630", interval_s: 1800, channels: ["import"] },
    ]);
  });
});

describe("the server", () => {
  it("describes itself in OpenAPI 3.1, with a schema for each answer", async () => {
    const { body } = await answer("/openapi.json");
    expect(body.openapi).toBe("3.1.0");
    expect(
      body.paths["/api/v1/meters/{id}/intervals"].get.responses["200"].content["application/json"].schema.type,
    ).toBe("object");
  });

  it("is healthy, and counts what it did without naming a household", async () => {
    expect(await answer("/healthz")).toEqual({ status: 200, body: { ok: true } });
    const { body } = await at.headEnd.api.inject({ url: "/metrics" });
    expect(body).toContain("csj_gateways_online");
    expect(body).not.toContain("site-01");
  });

  it("lets nobody keep an answer, and answers unknown addresses in kind", async () => {
    const { headers } = await at.headEnd.api.inject({ url: "/api/v1/sites" });
    expect(headers["cache-control"]).toBe("no-store");
    expect(await answer("/api/v2/x")).toMatchObject({ status: 404, body: { code: "HEADEND_NOT_FOUND" } });
  });

  it("makes an enrolment code for whoever has the token, and for nobody else", async () => {
    const post = (headers: Record<string, string>) =>
      at.headEnd.api.inject({ method: "POST", url: "/api/v1/enrolment-codes", headers });
    expect((await post({})).statusCode).toBe(401);
    expect((await post({ authorization: `Bearer ${"x".repeat(at.headEnd.token.length)}` })).statusCode).toBe(401);
    const made = await post({ authorization: `Bearer ${at.headEnd.token}` });
    expect([made.statusCode, made.json().code]).toEqual([201, expect.stringMatching(/^[2-9a-z]{4}(-[2-9a-z]{4}){3}$/)]);
    const newcomer = new FakeGateway("site-33");
    const { refused } = await at.headEnd.enrolment.hello("site-33", newcomer.hello(made.json().code));
    expect(refused).toBeUndefined();
  });

  it("beyond loopback wants the token for reading as well, and says so at the start", async () => {
    const open = await running({ http: { host: "0.0.0.0", port: 0 } });
    const read = async (headers = {}) => (await open.headEnd.api.inject({ url: "/api/v1/sites", headers })).statusCode;
    expect([await read(), await read({ authorization: `Bearer ${open.headEnd.token}` })]).toEqual([401, 200]);
    expect(open.log.lines.map(({ message }) => message)).toContain("open beyond this machine: reading needs the token");
    await open.stop();
  });
});

function picture(site: string, grid_w: number) {
  const body = JSON.parse(new FakeGateway(site).live({ grid_w }).toString()).body;
  return body as Parameters<typeof at.headEnd.board.put>[0];
}

/** A reader of server-sent events on a real socket. */
function events(url: string) {
  return new Promise<{ next(count: number): Promise<number[]>; close(): void }>((resolve, reject) => {
    const request = get(url, (response) => {
      let text = "";
      const waiting: (() => void)[] = [];
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
        for (const look of waiting) look();
      });
      const next = (count: number) =>
        new Promise<number[]>((found) => {
          const look = () => {
            const seen = [...text.matchAll(/event: live\ndata: (.*)\n\n/g)].map(
              (match) => JSON.parse(match[1] ?? "").grid_w,
            );
            if (seen.length >= count) found(seen);
          };
          waiting.push(look);
          look();
        });
      response.once("data", () => resolve({ next, close: () => request.destroy() }));
      response.on("error", () => undefined);
    });
    request.on("error", reject);
  });
}

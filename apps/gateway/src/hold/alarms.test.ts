import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Instant, seconds } from "@csj/quantity";
import { FakeTime, memoryLog } from "@csj/runtime/fake";
import { expect, it } from "vitest";
import { type AlarmMessage, Alarms, webhook } from "./alarms.ts";

const failsafe = { code: "failsafe/meter-stale", says: "At the safe limit.", since: null };

/** A receiver that refuses its first `refusals` calls. */
async function receiver(refusals: number) {
  const got: AlarmMessage[] = [];
  let left = refusals;
  const server = createServer((request, reply) => {
    let body = "";
    request.on("data", (bytes) => {
      body += bytes;
    });
    request.on("end", () => {
      left -= 1;
      if (left < 0) got.push(JSON.parse(body));
      reply.writeHead(left < 0 ? 204 : 503).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { got, url: `http://127.0.0.1:${port}/alarm`, close: () => server.close() };
}

async function until(holds: () => boolean, each: () => unknown = () => {}): Promise<void> {
  for (let turn = 0; turn < 500 && !holds(); turn += 1) {
    await each();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(holds()).toBe(true);
}

it("an alarm reaches the webhook once when it begins and once when it ends", async () => {
  const { got, url, close } = await receiver(0);
  const time = new FakeTime(Instant(0));
  const alarms = new Alarms({ site: "site-01", log: memoryLog(), timers: time, send: webhook(url) });
  alarms.stand(failsafe);
  alarms.stand({ ...failsafe });
  alarms.stand(undefined);
  await until(() => got.length === 2);
  expect(got.map(({ state, code }) => `${state} ${code}`)).toEqual([
    "raised failsafe/meter-stale",
    "ended failsafe/meter-stale",
  ]);
  close();
});

it("a webhook that refuses is tried again, and given up after four times while the alarm stands", async () => {
  const { got, url, close } = await receiver(2);
  const time = new FakeTime(Instant(0));
  const log = memoryLog();
  const alarms = new Alarms({ site: "site-01", log, timers: time, send: webhook(url) });
  alarms.stand(failsafe);
  await until(
    () => got.length === 1,
    () => time.advance(seconds(5)),
  );
  close();

  const dead = new Alarms({ site: "site-01", log, timers: time, send: webhook("http://127.0.0.1:1/") });
  dead.stand(failsafe);
  const refusals = () => log.lines.filter(({ message }) => message === "an alarm was not taken").length;
  await until(
    () => refusals() === 6,
    () => time.advance(seconds(5)),
  );
  expect(dead.standing?.code).toBe("failsafe/meter-stale");
});

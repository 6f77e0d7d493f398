/** A head-end on a copied database and free ports, on time that stands still. */
import { Instant } from "@csj/quantity";
import { FakeTime, memoryLog } from "@csj/runtime/fake";
import { nodeTimers } from "@csj/runtime/node";
import { type Place, pglitePlace } from "@csj/store/test";
import { type HeadEnd, type HeadEndDeps, startHeadEnd } from "../head-end.ts";
import type { FakeGateway } from "./fake-gateway.ts";

export const NOW = Instant(Date.parse("2026-11-26T12:10:00Z"));

export interface Running {
  readonly headEnd: HeadEnd;
  readonly log: ReturnType<typeof memoryLog>;
  readonly time: FakeTime;
  readonly place: Place;
  stop(): Promise<void>;
}

export async function running(
  more: Partial<HeadEndDeps["config"]> = {},
  deps: Partial<HeadEndDeps> = {},
  makePlace: () => Promise<Place> = pglitePlace,
): Promise<Running> {
  const place = await makePlace();
  const log = memoryLog();
  const time = new FakeTime(NOW);
  const config = { database: place.address, broker_port: 0, http: { port: 0 }, ...more };
  const starting = startHeadEnd({ config, clock: time, timers: nodeTimers, log, ...deps });
  const headEnd = await starting.catch(async (error) => {
    await place.remove();
    throw error;
  });
  const stop = async () => {
    await headEnd.stop();
    await place.remove();
  };
  return { headEnd, log, time, place, stop };
}

/** Enrols by a fresh code, without a broker. */
export async function enrolled(headEnd: HeadEnd, gateway: FakeGateway): Promise<FakeGateway> {
  const code = `code-for-${gateway.id}`;
  await headEnd.enrolment.addCode(code);
  const { envelope } = await headEnd.enrolment.hello(gateway.id, gateway.hello(code));
  const body = envelope?.body as { agreement_key: string } | undefined;
  gateway.welcomed(body?.agreement_key ?? "");
  return gateway;
}

/** What an operator watches. Base units, and no label that names a household. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Outcome } from "./ingest/outcome.ts";

export class Metrics {
  readonly registry = new Registry();
  readonly messages: Counter<"kind" | "outcome">;
  readonly dropped: Counter<"reason">;
  readonly batch: Histogram;
  readonly waiting: Gauge;
  readonly online: Gauge;
  readonly streams: Gauge;
  readonly live: Counter;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    const name = (text: string, help: string) => ({ name: `csj_${text}`, help, registers });
    this.messages = new Counter({
      ...name("ingest_messages_total", "Messages by their kind and by what became of them"),
      labelNames: ["kind", "outcome"],
    });
    this.dropped = new Counter({
      ...name("ingest_dropped_total", "Messages that nobody was told of, by reason"),
      labelNames: ["reason"],
    });
    this.batch = new Histogram({
      ...name("ingest_batch_seconds", "From a batch's first check to its commit"),
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    });
    this.waiting = new Gauge(name("ingest_waiting_messages", "Messages that wait for a batch"));
    this.online = new Gauge(name("gateways_online", "Gateways that are connected"));
    this.streams = new Gauge(name("live_streams", "Open server-sent event streams"));
    this.live = new Counter(name("live_pictures_total", "Live pictures received"));
  }

  count(outcome: Outcome): void {
    if (outcome.kind === "dropped") this.dropped.inc({ reason: outcome.error.code });
    else this.messages.inc({ kind: String(outcome.body.kind), outcome: outcome.kind });
  }
}

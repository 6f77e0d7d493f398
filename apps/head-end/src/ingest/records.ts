/** From a message's words to the store's records. */
import { type ChannelId, Instant } from "@csj/quantity";
import type { Delivery, MeterDay, MeterInterval, Statement } from "@csj/store";
import type { DayBody, IntervalBody, LossBody, SiteBody } from "@csj/uplink";
import type { Opened } from "./opened.ts";

export function deliveryOf({ body, seal, keys }: Opened, receivedAt: Instant): Delivery {
  return { gateway: keys.key, epoch: body.epoch, seq: body.seq, receivedAt, ...seal };
}

export function dayRecord(body: DayBody, meter: number, delivery: Delivery): MeterDay {
  const interval = body.interval_s;
  const channels = Object.entries(body.channels).map(([id, one]) => ({
    channel: id as ChannelId,
    unit: one.unit,
    perCount: one.per_count,
    digits: one.digits,
    step: one.step,
    interval,
    counts: one.counts,
    delays: one.delays_ms,
    breaks: one.breaks,
  }));
  return { meter, day: body.day, channels, delivery };
}

export function intervalRecord(body: IntervalBody, meter: number, delivery: Delivery): MeterInterval {
  const channels = Object.entries(body.channels).map(([id, one]) => ({
    channel: id as ChannelId,
    unit: one.unit,
    perCount: one.per_count,
    digits: one.digits,
    step: one.step,
    open: one.open,
    close: one.close,
    openDelay: one.open_delay_ms,
    closeDelay: one.close_delay_ms,
    broken: one.broken === true,
  }));
  const start = Instant(body.start_s * 1000);
  return { meter, start, interval: body.interval_s, channels, delivery };
}

export function statementRecord(body: SiteBody | LossBody, text: string, delivery: Delivery): Statement {
  if (body.kind === "loss") return { kind: "loss", body: text, delivery };
  const { site } = body;
  const meters = body.meters.map((meter) => ({
    id: meter.id,
    role: meter.role,
    profile: meter.profile,
    serial: meter.serial,
    intervalS: meter.interval_s,
    channels: meter.channels,
  }));
  const facts = {
    id: site.id,
    name: site.name,
    zone: site.zone,
    allowedExportW: site.allowed_export_w,
    ratedW: site.rated_w,
    simulated: site.simulated,
    tariff: site.tariff,
    meters,
  };
  return { kind: "site", body: text, delivery, site: facts };
}

/** Sealed statements that are not readings, kept as they were signed, and the site that the latest one describes. */
import type { ChannelId } from "@csj/quantity";
import { channelCode } from "./channel-code.ts";
import type { Queries } from "./database.ts";
import type { Delivery } from "./delivery.ts";

export interface Statement {
  readonly kind: "site" | "loss";
  /** Canonical text of the body. */
  readonly body: string;
  readonly delivery: Delivery;
  /** What a site's statement says. */
  readonly site?: SiteFacts;
}

export interface SiteFacts {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly allowedExportW: number;
  readonly ratedW: number;
  readonly simulated: boolean;
  /** JSON text, null where there is none. */
  readonly tariff: string | null;
  readonly meters: readonly MeterFacts[];
}

export interface MeterFacts {
  readonly id: string;
  readonly role: "grid" | "pv";
  readonly profile: string;
  readonly serial: string | null;
  readonly intervalS: number;
  readonly channels: readonly ChannelId[];
}

export async function storeStatement(queries: Queries, statement: Statement): Promise<void> {
  const { gateway, epoch, seq, receivedAt, previous, signature } = statement.delivery;
  const { count } = await queries.query(
    `INSERT INTO statement (gateway, epoch, seq, kind, body, previous, signature, received_at)
       VALUES ($1, $2, $3, $4, $5, decode($6, 'hex'), decode($7, 'hex'), $8)
     ON CONFLICT DO NOTHING`,
    [gateway, epoch, seq, statement.kind, statement.body, previous, signature, new Date(receivedAt).toISOString()],
  );
  if (count > 0 && statement.site !== undefined) await storeSite(queries, statement.site, statement.delivery);
}

/** A later statement replaces what is shown; an earlier one that comes late does not. */
async function storeSite(queries: Queries, site: SiteFacts, { gateway, epoch, seq }: Delivery): Promise<void> {
  const { count } = await queries.query(
    `INSERT INTO site (id, gateway, name, zone, allowed_export_w, rated_w, simulated, tariff, epoch, seq)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     ON CONFLICT (id) DO UPDATE SET
       name = excluded.name, zone = excluded.zone, allowed_export_w = excluded.allowed_export_w,
       rated_w = excluded.rated_w, simulated = excluded.simulated, tariff = excluded.tariff,
       epoch = excluded.epoch, seq = excluded.seq
     WHERE site.gateway = excluded.gateway AND (site.epoch, site.seq) < (excluded.epoch, excluded.seq)`,
    [
      ...[site.id, gateway, site.name, site.zone, site.allowedExportW, site.ratedW],
      ...[site.simulated, site.tariff, epoch, seq],
    ],
  );
  if (count === 0) return;
  for (const meter of site.meters) await storeMeter(queries, meter, site.id, gateway);
}

async function storeMeter(queries: Queries, meter: MeterFacts, site: string, gateway: number): Promise<void> {
  await queries.query(
    `INSERT INTO meter (id, gateway, site, role, profile, serial, interval_s, channels)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (id) DO UPDATE SET
       site = excluded.site, role = excluded.role, profile = excluded.profile, serial = excluded.serial,
       interval_s = excluded.interval_s, channels = excluded.channels
     WHERE meter.gateway = excluded.gateway`,
    [
      ...[meter.id, gateway, site, meter.role, meter.profile, meter.serial],
      ...[meter.intervalS, meter.channels.map(channelCode)],
    ],
  );
}

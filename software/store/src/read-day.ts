/** A meter's day as it was signed: with its delivery and seal, the body can be made again and its seal checked. */
import type { UtcDay } from "@csj/reading";
import type { Queries } from "./database.ts";
import { BLOCK_FIELDS, type BlockRow, channelDayOf, type MeterDay } from "./day-record.ts";
import { type DeliveryRow, deliveryOf } from "./delivery.ts";

export async function readDay(queries: Queries, meter: number, day: UtcDay): Promise<MeterDay | undefined> {
  const heads = await queries.query<DeliveryRow>(
    "SELECT gateway, epoch, seq, received_at, previous, signature FROM meter_day WHERE meter = $1 AND day = $2",
    [meter, day],
  );
  const [head] = heads.rows;
  if (head === undefined) return undefined;
  const { rows } = await queries.query<BlockRow>(
    `SELECT ${BLOCK_FIELDS} FROM block b WHERE b.meter = $1 AND b.day = $2 ORDER BY b.channel`,
    [meter, day],
  );
  return { meter, day, channels: rows.map(channelDayOf), delivery: deliveryOf(head) };
}

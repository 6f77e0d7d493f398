/** Messages as gateways make them, ready before the clock starts, with the sums that must be found afterwards. */
import type { Incoming } from "@csj/head-end";
import { type ChannelId, Instant } from "@csj/quantity";
import { DAY_MS, dayStart } from "@csj/reading";
import type { Random } from "@csj/runtime";
import { seededRandom } from "@csj/runtime/fake";
import { agreedKey, agreementKeys, generateDeviceKey, nodeDigest, nodeSigner } from "@csj/runtime/node";
import { closePlain, type DayBody, type IntervalBody, macKeyInfo, sealBody } from "@csj/uplink";

export const CHANNELS: readonly ChannelId[] = ["export", "import", "reactive-export", "reactive-import"];
export const SLOTS = 48;
export const DAY = "2026-11-24";
const EPOCH = 1_790_000_000;
const DIGITS = 8;
const DELAY_MAX_MS = 1_500;
const GROWTH_MAX_WH = 900;

export interface GatewayIdentity {
  readonly id: string;
  readonly meter: string;
  readonly publicKey: Uint8Array;
  readonly agreementKey: Uint8Array;
  readonly macKey: Uint8Array;
  readonly signer: ReturnType<typeof nodeSigner>;
}

export interface Load {
  readonly messages: readonly Incoming[];
  readonly readings: number;
  /** Sum of all values, by channel. */
  readonly sums: ReadonlyMap<ChannelId, number>;
}

export function makeGateways(count: number, headEndPublic: Uint8Array): GatewayIdentity[] {
  return Array.from({ length: count }, (_, at) => {
    const id = `gw-${String(at).padStart(6, "0")}`;
    const agreement = agreementKeys();
    const signer = nodeSigner(generateDeviceKey());
    const macKey = agreedKey(agreement.privatePem, headEndPublic, macKeyInfo(id));
    return { id, meter: `${id}-grid`, publicKey: signer.publicKey, agreementKey: agreement.publicRaw, macKey, signer };
  });
}

/** Whole days: each gateway's meter, for some days in a row. */
export function dayLoad(gateways: readonly GatewayIdentity[], days: number, seed: number): Load {
  const random = seededRandom(seed);
  const sums = new Map<ChannelId, number>();
  const messages: Incoming[] = [];
  for (let day = 0; day < days; day += 1) {
    const date = new Date(dayStart(DAY) + day * DAY_MS).toISOString().slice(0, 10);
    for (const gateway of gateways)
      messages.push(envelope(gateway, "day", dayBody(gateway, date, day + 1, random, sums)));
  }
  return { messages, readings: messages.length * CHANNELS.length * SLOTS, sums };
}

/** Half-hours: each gateway's meter, one after the other, in the order in which they are measured. */
export function liveLoad(gateways: readonly GatewayIdentity[], halfHours: number, seed: number): Load {
  const random = seededRandom(seed);
  const sums = new Map<ChannelId, number>();
  const messages: Incoming[] = [];
  for (let slot = 0; slot < halfHours; slot += 1) {
    const start = Instant(dayStart(DAY) + slot * 1_800_000);
    for (const gateway of gateways) {
      messages.push(envelope(gateway, "interval", intervalBody(gateway, start, slot + 1, random, sums)));
    }
  }
  return { messages, readings: messages.length * CHANNELS.length, sums };
}

function dayBody(
  { id, meter }: GatewayIdentity,
  day: string,
  seq: number,
  random: Random,
  sums: Map<ChannelId, number>,
): DayBody {
  const channels: Record<string, unknown> = {};
  for (const channel of CHANNELS) {
    const counts = [100_000 + Math.floor(random.next() * 1e7)];
    for (let slot = 0; slot < SLOTS; slot += 1) counts.push((counts[slot] as number) + grow(random, channel, sums));
    const delays_ms = counts.map(() => Math.floor(random.next() * DELAY_MAX_MS));
    channels[channel] = { breaks: [], counts, delays_ms, digits: DIGITS, per_count: 1, step: 1, unit: unitOf(channel) };
  }
  const stamp = { epoch: EPOCH, gateway: id, interval_s: 1800, kind: "day", meter, seq };
  return { channels, day, ...stamp } as DayBody;
}

function intervalBody(
  { id, meter }: GatewayIdentity,
  start: Instant,
  seq: number,
  random: Random,
  sums: Map<ChannelId, number>,
): IntervalBody {
  const channels: Record<string, unknown> = {};
  for (const channel of CHANNELS) {
    const open = 100_000 + Math.floor(random.next() * 1e7);
    const close = open + grow(random, channel, sums);
    const delays = { close_delay_ms: Math.floor(random.next() * DELAY_MAX_MS), open_delay_ms: 311 };
    channels[channel] = { close, digits: DIGITS, open, per_count: 1, step: 1, unit: unitOf(channel), ...delays };
  }
  const stamp = { epoch: EPOCH, gateway: id, interval_s: 1800, kind: "interval", meter, seq };
  return { channels, ...stamp, start_s: start / 1000 } as IntervalBody;
}

function grow(random: Random, channel: ChannelId, sums: Map<ChannelId, number>): number {
  const grown = Math.floor(random.next() * GROWTH_MAX_WH);
  sums.set(channel, (sums.get(channel) ?? 0) + grown);
  return grown;
}

function unitOf(channel: ChannelId): "Wh" | "varh" {
  return channel.startsWith("reactive") ? "varh" : "Wh";
}

function envelope(gateway: GatewayIdentity, purpose: "day" | "interval", body: DayBody | IntervalBody): Incoming {
  const seal = sealBody(nodeDigest, gateway.signer, purpose, body);
  const plain = closePlain(nodeDigest, gateway.macKey, "up", body);
  // The keys in order, as an outbox that keeps canonical texts sends them.
  return { gateway: gateway.id, payload: Buffer.from(JSON.stringify({ body: sorted(body), mac: plain.mac, seal })) };
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

/** A gateway's voice without its body: keys, hellos, and sealed messages with a register behind them. */
import { chainStart } from "@csj/evidence";
import { type IntervalSeconds, intervalsPerDay } from "@csj/reading";
import {
  type AgreementKeys,
  agreedKey,
  agreementKeys,
  generateDeviceKey,
  nodeDigest,
  nodeSigner,
} from "@csj/runtime/node";
import {
  closePlain,
  type DayBody,
  type Hello,
  type IntervalBody,
  type Live,
  type LossBody,
  macKeyInfo,
  type Purpose,
  type SiteBody,
  sealBody,
  signHello,
} from "@csj/uplink";

export const EPOCH = 1_790_000_000;
const FORMAT = { unit: "Wh", per_count: 10, digits: 6, step: 1 } as const;

export class FakeGateway {
  readonly id: string;
  readonly signer: ReturnType<typeof nodeSigner>;
  readonly agreement: AgreementKeys;
  #macKey: Uint8Array = new Uint8Array(32);
  #seq = 0;

  constructor(id: string, deviceKey = generateDeviceKey()) {
    this.id = id;
    this.signer = nodeSigner(deviceKey);
    this.agreement = agreementKeys();
  }

  get meter(): string {
    return `${this.id}-grid`;
  }

  get publicHex(): string {
    return Buffer.from(this.signer.publicKey).toString("hex");
  }

  hello(code?: string): Buffer {
    return bytes(this.helloMessage(code));
  }

  helloMessage(code?: string): Hello {
    return signHello(nodeDigest, this.signer, {
      kind: "hello",
      gateway: this.id,
      epoch: EPOCH,
      public_key: this.publicHex,
      agreement_key: Buffer.from(this.agreement.publicRaw).toString("hex"),
      ...(code === undefined ? {} : { code }),
    });
  }

  /** Takes the head-end's key out of a welcome. */
  welcomed(agreementKeyHex: string): void {
    const peer = Buffer.from(agreementKeyHex, "hex");
    this.#macKey = agreedKey(this.agreement.privatePem, peer, macKeyInfo(this.id));
  }

  get macKey(): Uint8Array {
    return this.#macKey;
  }

  stamp() {
    this.#seq += 1;
    return { gateway: this.id, epoch: EPOCH, seq: this.#seq };
  }

  day(day: string, counts: readonly (number | null)[], more: Partial<DayBody> = {}): DayBody {
    const delays_ms = counts.map((count) => (count === null ? null : 200));
    const channel = { ...FORMAT, counts: [...counts], delays_ms, breaks: [] };
    const interval_s = (86_400 / (counts.length - 1)) as IntervalSeconds;
    return { kind: "day", ...this.stamp(), meter: this.meter, day, interval_s, channels: { import: channel }, ...more };
  }

  /** A day whose register starts at `open` and grows by `grown` in each half-hour. */
  steadyDay(day: string, open: number, grown: number, interval: IntervalSeconds = 1800): DayBody {
    return this.day(
      day,
      Array.from({ length: intervalsPerDay(interval) + 1 }, (_, at) => open + at * grown),
    );
  }

  interval(start: string, open: number | null, close: number | null): IntervalBody {
    const delay = (count: number | null) => (count === null ? null : 200);
    const delays = { open_delay_ms: delay(open), close_delay_ms: delay(close) };
    return {
      kind: "interval",
      ...this.stamp(),
      meter: this.meter,
      start_s: Date.parse(start) / 1000,
      interval_s: 1800,
      channels: { import: { ...FORMAT, open, close, ...delays } },
    };
  }

  site(more: Partial<SiteBody["site"]> = {}, channels: SiteBody["meters"][number]["channels"] = ["import"]): SiteBody {
    const site = { id: this.id, name: "12 Willow Way", zone: "Europe/London", allowed_export_w: 0, rated_w: 0 };
    const meter = { id: this.meter, role: "grid", profile: "eastron-sdm630", serial: null } as const;
    return {
      kind: "site",
      ...this.stamp(),
      at_ms: 1,
      site: { ...site, simulated: false, tariff: null, ...more },
      meters: [{ ...meter, interval_s: 1800, channels }],
    };
  }

  loss(): LossBody {
    const days = { first_day: "2026-11-01", last_day: "2026-11-02" };
    return { kind: "loss", ...this.stamp(), at_ms: 1, dropped: 12, ...days };
  }

  /** Sealed and MACed bytes. */
  message(body: DayBody | IntervalBody | SiteBody | LossBody, purpose: Purpose = body.kind as Purpose): Buffer {
    const seal = sealBody(nodeDigest, this.signer, purpose, body, chainStart);
    return bytes({ ...closePlain(nodeDigest, this.#macKey, "up", body), seal });
  }

  live(more: Partial<Live> = {}): Buffer {
    const live: Live = {
      ...{ kind: "live", site: this.id, at: "2026-11-24T12:00:00.000Z", grid_w: 300, pv_w: 1200, home_w: 1500 },
      ...{ limit_w: 1500, rated_w: 3000, allowed_export_w: 0, reason: "following-load", safe: false },
      ...{ sentence: "Held at 1.5 kW.", age_ms: 200, time_trusted: true, waiting: 0, simulated: false, devices: [] },
      ...more,
    };
    return bytes(closePlain(nodeDigest, this.#macKey, "up", live));
  }
}

export function bytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

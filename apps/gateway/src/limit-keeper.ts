/** The inverters of a site as one: their rating together, and a limit for all of them shared out by rating. */
import type { PowerLimiter } from "@csj/device";
import { isCoded } from "@csj/fault";
import { Millis, Watts } from "@csj/quantity";
import type { Health } from "./health.ts";
import { shouldWrite, type Written } from "./write-policy.ts";

export interface LimitedDevice {
  readonly limiter: PowerLimiter;
  readonly health: Health;
}

interface Kept extends LimitedDevice {
  /** Undefined until the device said what it is. */
  rated: Watts | undefined;
  prepared: boolean;
  last: Written | undefined;
  /** Writes that failed one after the other. */
  failures: number;
  /** When it last held what it was told; before that, when it was asked first. */
  heldAt: Millis | undefined;
}

/** Writes in a row that may be lost before the device counts as one that may have changed, and is asked what it is. */
const WRITES_LOST_MAX = 5;

export class LimitKeeper {
  readonly #devices: readonly Kept[];

  constructor(devices: readonly LimitedDevice[]) {
    this.#devices = devices.map((device) => ({
      ...device,
      rated: undefined,
      prepared: false,
      last: undefined,
      failures: 0,
      heldAt: undefined,
    }));
  }

  get size(): number {
    return this.#devices.length;
  }

  /** Of the inverters that have said theirs. */
  get rated(): Watts {
    return Watts(this.#devices.reduce((sum, { rated }) => sum + (rated ?? 0), 0));
  }

  /** True when every inverter has said its rating. */
  get known(): boolean {
    return this.#devices.every(({ rated }) => rated !== undefined);
  }

  /** For how long an inverter has not confirmed what it was told; the longest of all. */
  untaken(now: Millis): Millis {
    return Millis(Math.max(0, ...this.#devices.map(({ heldAt }) => now - (heldAt ?? now))));
  }

  /** Asks the inverters that have not said what they are, or failed since. */
  async prepare(now: Millis): Promise<void> {
    for (const device of this.#devices) device.heldAt ??= now;
    if (this.#devices.every(({ prepared }) => prepared)) return;
    await Promise.all(this.#devices.map((device) => prepareOne(device, now)));
  }

  /** Writes each inverter's share. A failure is that device's state and no error of the cycle. */
  async write(limit: Watts, now: Millis): Promise<void> {
    const all = this.rated;
    await Promise.all(
      this.#devices.map((device) => {
        const share = all > 0 ? (limit * (device.rated ?? 0)) / all : 0;
        return writeOne(device, Watts(share), now);
      }),
    );
  }
}

async function prepareOne(device: Kept, now: Millis): Promise<void> {
  if (device.prepared || !device.health.askable(now)) return;
  try {
    device.rated = (await device.limiter.prepare()).rated;
    device.prepared = true;
    device.health.answered(now);
  } catch (error) {
    device.health.failed(now, error);
  }
}

async function writeOne(device: Kept, limit: Watts, now: Millis): Promise<void> {
  const { limiter, health, last, rated } = device;
  if (!device.prepared || rated === undefined || !health.askable(now)) return;
  if (!shouldWrite(limit, last, { facts: limiter.facts, rated, now })) {
    device.heldAt = now;
    return;
  }
  try {
    device.last = { watts: await limiter.limitTo(limit), at: now };
    device.failures = 0;
    device.heldAt = now;
    health.answered(now);
  } catch (error) {
    writeFailed(device, error);
    health.failed(now, error);
  }
}

/**
 * What the device holds is not known any more: it may have restarted without its limit, so it is written anew. One that
 * refuses, or was silent for long, may have another layout: it is asked first. One lost answer is no reason to, since on
 * a noisy line all the questions would cost the limit more than they are worth.
 */
function writeFailed(device: Kept, error: unknown): void {
  device.last = undefined;
  device.failures += 1;
  const lost = isCoded(error) && error.entry.fault === "wire";
  if (lost && device.failures < WRITES_LOST_MAX) return;
  device.failures = 0;
  device.prepared = false;
}

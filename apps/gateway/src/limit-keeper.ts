/** The inverters of a site as one: their rating together, and a limit for all of them shared out by rating. */
import type { PowerLimiter } from "@csj/device";
import { type Millis, Watts } from "@csj/quantity";
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
}

export class LimitKeeper {
  readonly #devices: readonly Kept[];

  constructor(devices: readonly LimitedDevice[]) {
    this.#devices = devices.map((device) => ({ ...device, rated: undefined, prepared: false, last: undefined }));
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

  /** Asks the inverters that have not said what they are, or failed since. */
  async prepare(now: Millis): Promise<void> {
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
  if (!device.prepared || rated === undefined) return;
  if (!shouldWrite(limit, last, { facts: limiter.facts, rated, now })) return;
  try {
    device.last = { watts: await limiter.limitTo(limit), at: now };
    health.answered(now);
  } catch (error) {
    // It may have restarted with another layout, or without its limit: ask and write anew.
    device.prepared = false;
    device.last = undefined;
    health.failed(now, error);
  }
}

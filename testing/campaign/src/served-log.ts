/** What each device's energy registers showed at the moments around a boundary, as a reader of its words sees them. */
import type { ChannelId } from "@csj/quantity";
import type { WorldDevice } from "@csj/world";

/** Boundaries are read within seconds; later reads are looked up as far as this after a multiple of five minutes. */
const KEPT_AFTER_MS = 30_000;
const GRID_MS = 300_000;

export class ServedLog {
  readonly #devices: readonly WorldDevice[];
  readonly #counts = new Map<string, number>();

  constructor(devices: readonly WorldDevice[]) {
    this.#devices = devices;
  }

  note(at: number): void {
    if (at % GRID_MS > KEPT_AFTER_MS) return;
    for (const device of this.#devices) {
      for (const [channel, register] of Object.entries(device.served())) {
        if (register !== undefined)
          this.#counts.set(`${device.id} ${channel} ${at}`, register.count * register.perCount);
      }
    }
  }

  /** In Wh or varh; undefined for a moment that was not noted. */
  amount(device: string, channel: ChannelId, at: number): number | undefined {
    return this.#counts.get(`${device} ${channel} ${at}`);
  }
}

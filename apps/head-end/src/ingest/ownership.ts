/** Which gateway a meter or a site belongs to: the first that named it. Kept in memory, since every message asks. */
import { claimMeters, type Database, type MeterKey, siteOwners } from "@csj/store";
import type { Opened } from "./opened.ts";

/** About 150 bytes each. */
const KEPT_MAX = 262_144;

export class Ownership {
  readonly #database: Database;
  readonly #meters = new Map<string, MeterKey>();

  constructor(database: Database) {
    this.#database = database;
  }

  meter(id: string): MeterKey | undefined {
    return this.#meters.get(id);
  }

  /** Claims every meter that a batch names and nobody had. */
  async claim(batch: readonly Opened[]): Promise<void> {
    const wanted = new Map<string, number>();
    const want = (id: string, gateway: number) => {
      if (!this.#meters.has(id) && !wanted.has(id)) wanted.set(id, gateway);
    };
    for (const { body, keys } of batch) {
      if (body.kind === "day" || body.kind === "interval") want(body.meter, keys.key);
      else for (const id of metersOf(body)) want(id, keys.key);
    }
    if (wanted.size === 0) return;
    if (this.#meters.size + wanted.size > KEPT_MAX) this.#meters.clear();
    const claims = [...wanted].map(([id, gateway]) => ({ id, gateway }));
    for (const meter of await claimMeters(this.#database, claims)) this.#meters.set(meter.id, meter);
  }

  /** The meter that belongs to another gateway, if the message names one. */
  takenMeter({ body, keys }: Opened): string | undefined {
    if (body.kind === "day" || body.kind === "interval") {
      return this.#meters.get(body.meter)?.gateway === keys.key ? undefined : body.meter;
    }
    return metersOf(body).find((id) => this.#meters.get(id)?.gateway !== keys.key);
  }

  /** The site that belongs to another gateway, if a site's statement names one. */
  async takenSite({ body, keys }: Opened): Promise<string | undefined> {
    if (body.kind !== "site") return undefined;
    const owner = (await siteOwners(this.#database, [body.site.id])).get(body.site.id);
    return owner === undefined || owner === keys.key ? undefined : body.site.id;
  }
}

function metersOf(body: Opened["body"]): readonly string[] {
  return body.kind === "site" ? body.meters.map(({ id }) => id) : [];
}

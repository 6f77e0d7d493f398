/** The last day of the log in memory, for the page: reading it from the disk would cost the cycle. */
import { type DaySummary, dailySummary, type EvidenceBody } from "@csj/export-limit";

const DAY_MS = 86_400_000;
/** A day of minutes, and as many decisions and excursions. */
const RECORDS_MAX = 4_000;
const SHOWN: ReadonlySet<string> = new Set(["minute", "decision", "excursion"]);

export class Recent {
  #records: EvidenceBody[] = [];

  add(bodies: readonly EvidenceBody[]): void {
    for (const body of bodies) if (SHOWN.has(body.kind)) this.#records.push(body);
    if (this.#records.length > RECORDS_MAX + RECORDS_MAX / 4) this.#records = this.#records.slice(-RECORDS_MAX);
  }

  /** Of the 24 h before `wall`; of all that is kept while the time is not known. */
  summary(wall: number | undefined): DaySummary {
    const from = wall === undefined ? Number.NEGATIVE_INFINITY : wall - DAY_MS;
    return dailySummary(this.#records.filter(({ wall_ms }) => (wall_ms ?? from) >= from));
  }
}

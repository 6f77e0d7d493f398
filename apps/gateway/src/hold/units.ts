/** The inverters of a site that are limited. */
import type { FleetUnit, PhasedTimed, UnitCommand, UnitImage } from "@csj/export-limit";
import { type Instant, Millis, Watts } from "@csj/quantity";
import { Unit, type UnitDeps } from "./unit.ts";
import type { WriteBook } from "./write-book.ts";

export class Units {
  readonly #units: readonly Unit[];

  readonly #book: WriteBook;

  constructor(devices: readonly UnitDeps[], book: WriteBook) {
    this.#units = devices.map((device) => new Unit(device, book));
    this.#book = book;
  }

  get size(): number {
    return this.#units.length;
  }

  /** Of the inverters that have said theirs. */
  get rated(): Watts {
    return Watts(this.#units.reduce((sum, { rated }) => sum + (rated ?? 0), 0));
  }

  /** True when every inverter has said its rating. */
  get known(): boolean {
    return this.#units.every(({ rated }) => rated !== undefined);
  }

  /** For how long an inverter has not confirmed what it was told; the longest of all. */
  untaken(now: Millis): Millis {
    return Millis(Math.max(0, ...this.#units.map((unit) => unit.untaken(now))));
  }

  specs(): FleetUnit[] {
    return this.#units.map((unit) => unit.spec());
  }

  images(now: Millis, outputs: ReadonlyMap<string, PhasedTimed>): UnitImage[] {
    return this.#units.map((unit) => unit.image(now, outputs.get(unit.id)));
  }

  /** Asks those that have not said what they are, and looks at the registers of the others in their turn. */
  async prepare(now: Millis): Promise<void> {
    await Promise.all(
      this.#units.map(async (unit) => {
        await unit.prepare(now);
        await unit.readBack(now);
      }),
    );
  }

  async command(commands: readonly UnitCommand[], now: Millis, wall: Instant | undefined): Promise<void> {
    const limits = new Map(commands.map(({ id, limit }) => [id, limit]));
    // A unit without a command is not left as it is.
    await Promise.all(this.#units.map((unit) => unit.command(limits.get(unit.id) ?? Watts(0), now, wall)));
    this.#book.keep(now);
  }

  /** Somebody else has written to them: every limit is written anew. */
  forget(): void {
    for (const unit of this.#units) unit.forget();
  }

  /** Keeps what a restart must know. */
  close(): void {
    this.#book.keep();
  }
}

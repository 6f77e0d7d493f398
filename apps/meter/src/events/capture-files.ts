/**
 * Captures as COMTRADE files (2013, single file) in the meter's folder. The last 20 are kept, so a grid that dips all night
 * fills no disk; the numbers go on over a restart.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Recording, writeSingleFile } from "@csj/comtrade";

export const CAPTURES_MAX = 20;
const NAME = /^capture-(\d+)\.cff$/;

export interface KeptCapture {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

export class CaptureFiles {
  readonly #folder: string;
  #kept: KeptCapture[];

  constructor(folder: string) {
    this.#folder = join(folder, "captures");
    mkdirSync(this.#folder, { recursive: true });
    this.#kept = readdirSync(this.#folder)
      .flatMap((name) => {
        const sequence = NAME.exec(name)?.[1];
        return sequence === undefined
          ? []
          : [{ sequence: Number(sequence), bytes: readFileSync(join(this.#folder, name)) }];
      })
      .sort((one, other) => one.sequence - other.sequence)
      .slice(-CAPTURES_MAX);
  }

  /** Oldest first. */
  get all(): readonly KeptCapture[] {
    return this.#kept;
  }

  keep(recording: Recording): KeptCapture {
    const kept = { sequence: (this.#kept.at(-1)?.sequence ?? 0) + 1, bytes: writeSingleFile(recording) };
    writeFileSync(this.#path(kept.sequence), kept.bytes);
    this.#kept.push(kept);
    while (this.#kept.length > CAPTURES_MAX) rmSync(this.#path(this.#kept.shift()?.sequence ?? 0), { force: true });
    return kept;
  }

  #path(sequence: number): string {
    return join(this.#folder, `capture-${sequence}.cff`);
  }
}

/**
 * What a demo needs to go on where it stopped: its plan, its instant and the world's registers. Written before the
 * gateways read, so that whatever a gateway saw is on disk and no register falls after a kill.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SavedWorld } from "@csj/world";
import { errors } from "../errors.ts";
import type { DemoPlan } from "./plan.ts";

export interface SavedDemo {
  readonly version: 1;
  readonly plan: DemoPlan;
  readonly world: SavedWorld;
}

const NAME = "demo.json";

export function readSaved(home: string): SavedDemo | undefined {
  const file = join(home, NAME);
  if (!existsSync(file)) return undefined;
  try {
    const saved = JSON.parse(readFileSync(file, "utf8")) as SavedDemo;
    if (saved.version === 1 && saved.world !== undefined && saved.plan !== undefined) return saved;
  } catch (cause) {
    throw errors.DEMO_HOME_DAMAGED("The demo's state cannot be read.", { file }, cause);
  }
  throw errors.DEMO_HOME_DAMAGED("The demo's state is of another version.", { file });
}

export function writeSaved(home: string, saved: SavedDemo): void {
  mkdirSync(home, { recursive: true });
  const file = join(home, NAME);
  writeFileSync(`${file}.new`, JSON.stringify(saved));
  renameSync(`${file}.new`, file);
}

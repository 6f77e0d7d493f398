/**
 * What a demo needs to go on where it stopped: its plan, its instant and the world's registers. Written before the
 * gateways read, so that whatever a gateway saw is on disk and no register falls after a kill.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
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
/** There from a first start's first file on until its history is whole. */
const UNFINISHED = "first-start-unfinished";
/** What a first start makes. */
const PARTS = ["gateways", "database"];

/**
 * Clears what a first start left that was cut off: half a history of simulated homes. A folder that holds such parts and
 * does not say so is somebody's, and is left alone.
 */
export function beginFirstStart(home: string): void {
  const marker = join(home, UNFINISHED);
  const left = PARTS.filter((name) => existsSync(join(home, name)));
  if (left.length > 0 && !existsSync(marker)) {
    throw errors.DEMO_HOME_DAMAGED(`There is no ${NAME} beside ${left.join(" and ")}.`, { file: home });
  }
  writeFileSync(marker, "");
  for (const name of left) rmSync(join(home, name), { recursive: true });
}

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
  rmSync(join(home, UNFINISHED), { force: true });
}

/** A bounded queue with two lanes: what is in `control` leaves first. */
import type { Lane } from "./access.ts";

export class LaneQueue<Item> {
  readonly #max: number;
  readonly #lanes: Record<Lane, { items: Item[]; head: number }> = {
    control: { items: [], head: 0 },
    measure: { items: [], head: 0 },
  };
  #size = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** False if the lane is full: control requests have room of their own. */
  push(lane: Lane, item: Item): boolean {
    const { items, head } = this.#lanes[lane];
    if (items.length - head >= this.#max) return false;
    items.push(item);
    this.#size += 1;
    return true;
  }

  shift(): Item | undefined {
    if (this.#size === 0) return undefined;
    const { control, measure } = this.#lanes;
    const lane = control.head < control.items.length ? control : measure;
    const item = lane.items[lane.head];
    lane.head += 1;
    this.#size -= 1;
    if (lane.head === lane.items.length) {
      lane.items.length = 0;
      lane.head = 0;
    } else if (lane.head >= this.#max) {
      lane.items.splice(0, lane.head);
      lane.head = 0;
    }
    return item;
  }

  /** Takes everything out. */
  drain(): Item[] {
    const { control, measure } = this.#lanes;
    const all = [...control.items.slice(control.head), ...measure.items.slice(measure.head)];
    for (const lane of [control, measure]) {
      lane.items.length = 0;
      lane.head = 0;
    }
    this.#size = 0;
    return all;
  }
}

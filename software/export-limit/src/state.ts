/** What the controller carries from one cycle to the next. Plain data: it can be kept, compared and replayed. */
import type { Millis, Watts } from "@csj/quantity";
import type { Reason, Timed } from "./control.ts";
import { type Direction, unknownDirection } from "./direction.ts";
import { type Excess, noExcess } from "./excess.ts";
import { type Frozen, notFrozen } from "./frozen.ts";

export interface State {
  /** Believed samples, oldest first, at most HISTORY_MAX. */
  readonly grid: readonly Timed[];
  readonly pv: readonly Timed[];
  /** The last decision; absent before the first. */
  readonly last: { readonly limit: Watts; readonly reason: Reason } | undefined;
  /** The limit may rise for the time since this instant; absent before the first cycle. */
  readonly riseFrom: Millis | undefined;
  /** When the first cycle ran. */
  readonly startedAt: Millis | undefined;
  /** True once grid and PV were seen together. */
  readonly seen: boolean;
  readonly frozen: Frozen;
  readonly direction: Direction;
  readonly excess: Excess;
}

export function initialState(): State {
  return {
    grid: [],
    pv: [],
    last: undefined,
    riseFrom: undefined,
    startedAt: undefined,
    seen: false,
    frozen: notFrozen,
    direction: unknownDirection,
    excess: noExcess,
  };
}

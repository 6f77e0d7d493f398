/** What the controller carries from one cycle to the next. Plain data: it can be kept, compared and replayed. */
import type { Millis, Watts } from "@csj/quantity";
import type { Reason, Timed } from "./control.ts";
import { type Direction, unknownDirection } from "./direction.ts";
import { type Excess, noExcess } from "./excess.ts";
import { type Frozen, notFrozen } from "./frozen.ts";
import { type Lag, unknownLag } from "./law/lag.ts";
import { type Model, noModel } from "./law/model.ts";
import { noProbe, type Probe } from "./law/probe.ts";
import { calm, type Volatility } from "./law/volatility.ts";

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
  /** The limit that the law holds to; the last decision may be below it for a moment. Absent where they are the same. */
  readonly base?: number | undefined;
  /** When the last picture was taken. */
  readonly steppedAt: Millis | undefined;
  readonly model: Model;
  /** How late the PV reading, and the effect of a limit, is seen against the grid meter. */
  readonly pvLag: Lag;
  readonly limitLag: Lag;
  /** Since when the limiter, and not the sun, has held the output. */
  readonly throttledSince: Millis | undefined;
  readonly probe: Probe;
  readonly volatility: Volatility;
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
    steppedAt: undefined,
    model: noModel,
    pvLag: unknownLag,
    limitLag: unknownLag,
    throttledSince: undefined,
    probe: noProbe,
    volatility: calm,
  };
}

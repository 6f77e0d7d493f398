/**
 * The same meter measures the grid or an array. On an array its quantities change their names: active power becomes
 * `generation`, positive while the array gives, and one of its two energy registers becomes the channel `generation`.
 * Which one depends on the direction in which the meter was wired; nothing in its registers tells.
 */
import type { ChannelId, QuantityId } from "@csj/quantity";
import type { Role } from "./profile.ts";

/**
 * `import-is-generation`: the array is on the meter's supply side, so generation counts as import and power is positive.
 * `export-is-generation`: the array is on the load side, so generation counts as export and power is negative.
 */
export const wirings = ["import-is-generation", "export-is-generation"] as const;

export type Wiring = (typeof wirings)[number];

export interface Casting {
  /** The quantity's name in this role with the factor of its sign; `undefined` where it has none in this role. */
  quantity(id: QuantityId): { readonly id: QuantityId; readonly sign: 1 | -1 } | undefined;
  channel(id: ChannelId): ChannelId | undefined;
}

const asItIs: Casting = {
  quantity: (id) => ({ id, sign: 1 }),
  channel: (id) => id,
};

export function castingOf(role: Role, wiring: Wiring): Casting {
  if (role !== "pv") return asItIs;
  const counted: ChannelId = wiring === "import-is-generation" ? "import" : "export";
  return {
    quantity: (id) => {
      if (id === "power") return { id: "generation", sign: counted === "import" ? 1 : -1 };
      // Direction-bound quantities are named after the grid and would mislead here.
      return id.startsWith("power") || id === "reactive" ? undefined : { id, sign: 1 };
    },
    channel: (id) => (id === counted || id === "generation" ? "generation" : undefined),
  };
}

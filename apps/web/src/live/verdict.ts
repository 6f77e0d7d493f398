/** The limit's reason in a few words, and the longer explanation that stands one click behind it. */
import type { Live } from "../api/shapes.ts";
import { power } from "../format/power.ts";
import type { IconName } from "../shell/icon.tsx";
import type { Freshness } from "./freshness.ts";

export interface Verdict {
  readonly icon: IconName;
  readonly words: string;
  /** True where somebody should look. */
  readonly alarm: boolean;
}

interface Explanation {
  readonly what: string;
  readonly next: string;
}

const waits = "Check the meter's power, the bus wiring and its unit id; the limit returns by itself, slowly.";

const explanations: Record<string, Explanation> = {
  "not-limiting": {
    what: "The sun gives less than the home uses, so the limit is above the output and holds nothing back.",
    next: "Nothing to do.",
  },
  "following-load": {
    what: "The inverter could give more than the home uses. Its limit follows the home, down at once and up slowly.",
    next: "Nothing to do. Using more in the home now would use this sun.",
  },
  rising: {
    what: "The home takes more than before. The limit goes up by a fixed share of the rating each second.",
    next: "Nothing to do; it arrives within a minute.",
  },
  starting: {
    what: "No pair of grid and solar readings has been seen since the start, so the limit is the safe one.",
    next: "It ends with the first good readings.",
  },
  "meter-unavailable": { what: "The grid meter does not answer, so the limit is the safe one.", next: waits },
  "meter-stale": {
    what: "The grid meter's last reading is too old to act on, so the limit is the safe one.",
    next: waits,
  },
  "pv-unavailable": {
    what: "The solar output cannot be read, so the limit is the safe one.",
    next: "Check the inverter's or the solar meter's power and wiring.",
  },
  "pv-stale": {
    what: "The solar output's last reading is too old to act on, so the limit is the safe one.",
    next: "Check the inverter's or the solar meter's power and wiring.",
  },
  skewed: {
    what: "The grid and solar readings are too far apart in time to be one picture of the site.",
    next: "A slow bus is the usual cause: shorten the poll plan or put the meter on its own bus.",
  },
  "limit-not-taken": {
    what: "The inverter does not confirm the limit that it is told, so it may give more than that.",
    next: "Check the inverter's power, its wiring and unit id, and that it lets itself be controlled over Modbus.",
  },
  stopped: {
    what: "Somebody on site stopped the inverters. They are told to feed nothing, over restarts too.",
    next: "Let them run again where they were stopped: on the gateway's own page.",
  },
  "held-by-state": {
    what: "The limit would be higher by the readings alone; the state of the site keeps it down.",
    next: "The state and its reason are below; it ends by the rules of the site's standard.",
  },
  implausible: {
    what: "A reading is beyond what this connection can carry, so it is not believed and the limit is the safe one.",
    next: "Check the meter's current-transformer ratio and the profile that is set for it.",
  },
};

const unknown: Explanation = { what: "This gateway gives a reason that these pages do not know.", next: "" };

export function explain(reason: string): Explanation {
  return explanations[reason] ?? unknown;
}

export function verdict(live: Live | undefined, fresh: Freshness): Verdict {
  if (live === undefined || fresh.state === "none") return { icon: "gap", words: "Nothing heard yet", alarm: false };
  if (fresh.state === "waiting") return { icon: "clock", words: "Connecting", alarm: false };
  if (fresh.state === "last") return { icon: "unplugged", words: "Not connected", alarm: true };
  if (fresh.state === "stale") return { icon: "unplugged", words: "No new reading", alarm: true };
  if (live.reason === "limit-not-taken") return { icon: "warning", words: "Limit not taken", alarm: true };
  if (live.reason === "stopped") return { icon: "warning", words: "Stopped by hand", alarm: true };
  if (live.reason === "held-by-state") {
    return { icon: "warning", words: `Held down at ${power(live.limit_w)}`, alarm: live.hold?.alarm != null };
  }
  if (live.safe) {
    const starting = live.reason === "starting";
    return {
      icon: starting ? "clock" : "warning",
      words: starting ? "Starting" : "At its safe limit",
      alarm: !starting,
    };
  }
  if (live.reason === "following-load") return { icon: "held", words: `Held at ${power(live.limit_w)}`, alarm: false };
  if (live.reason === "rising") return { icon: "rising", words: `Rising, now ${power(live.limit_w)}`, alarm: false };
  return { icon: "check", words: "Not held back", alarm: false };
}

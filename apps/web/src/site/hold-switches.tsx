/** What an installer who stands before the site may do: stop it, put it into maintenance, take a lockout back. */
import { useState } from "preact/hooks";
import { type Problem, postJson } from "../api/get.ts";
import type { Live } from "../api/shapes.ts";

type Hold = NonNullable<Live["hold"]>;
type Order = "stop" | "resume" | "maintenance" | "end-maintenance" | "reset";

const MAINTENANCE_MIN = 30;

export function HoldSwitches({ site, hold }: { site: string; hold: Hold }) {
  const [problem, setProblem] = useState<Problem>();
  const order = async (what: Order) => {
    const body = what === "maintenance" ? { minutes: MAINTENANCE_MIN, limit_w: 0 } : {};
    const done = await postJson(`/api/v1/sites/${encodeURIComponent(site)}/hold/${what}`, body);
    setProblem(done.ok ? undefined : done.problem);
  };
  return (
    <p class="switches">
      {hold.stopped ? (
        <button type="button" onClick={() => order("resume")}>
          Let it run again
        </button>
      ) : (
        <button type="button" onClick={() => order("stop")}>
          Stop the inverters
        </button>
      )}
      {hold.maintenance_s > 0 ? (
        <button type="button" onClick={() => order("end-maintenance")}>
          End maintenance
        </button>
      ) : (
        <button type="button" onClick={() => order("maintenance")}>
          Maintenance for {MAINTENANCE_MIN} min
        </button>
      )}
      {hold.lockout_s > 0 && (
        <button type="button" onClick={() => order("reset")}>
          Take the lockout back
        </button>
      )}
      {problem && <span role="alert">{`${problem.message} ${problem.help}`}</span>}
    </p>
  );
}

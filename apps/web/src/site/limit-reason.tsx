/** The limit, in three steps: the verdict, then the sentence's reason, then its code. */
import type { Live } from "../api/shapes.ts";
import { power } from "../format/power.ts";
import type { Freshness } from "../live/freshness.ts";
import { explain, verdict } from "../live/verdict.ts";
import { Icon } from "../shell/icon.tsx";

export function LimitReason({ live, fresh }: { live: Live; fresh: Freshness }) {
  const { icon, words } = verdict(live, fresh);
  const { what, next } = explain(live.reason);
  return (
    <section aria-labelledby="limit-title">
      <h2 id="limit-title" class="with-icon">
        <Icon name={icon} size={24} />
        {words}
      </h2>
      <dl class="facts">
        <Fact name={limitName(live, fresh)} value={power(live.limit_w)} />
        <Fact name="Inverter rating" value={power(live.rated_w)} />
        <Fact name="Export allowed" value={live.allowed_export_w === 0 ? "none" : power(live.allowed_export_w)} />
      </dl>
      <details>
        <summary>Why this limit</summary>
        <div class="why">
          <p>{what}</p>
          <p>{next}</p>
          <p class="soft small">
            Reason code <code data-reason>{live.reason}</code>
            {live.time_trusted
              ? ""
              : ". The clock is not trusted yet, so no half-hour is closed; the limit does not need it"}
            {live.waiting > 0 ? `. ${live.waiting} messages wait for the head-end` : ""}
          </p>
        </div>
      </details>
    </section>
  );
}

function limitName({ reason }: Live, { state }: Freshness): string {
  if (reason === "limit-not-taken") return "Limit asked for";
  return state === "live" ? "Limit now" : "Limit then";
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

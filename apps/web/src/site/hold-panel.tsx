/** How the site is held: its state and why, what may be exported and who says so, what that costs, and each inverter. */
import type { Live } from "../api/shapes.ts";
import { power } from "../format/power.ts";
import { Icon, type IconName } from "../shell/icon.tsx";
import { commissionHref } from "../shell/router.ts";
import { HoldSwitches } from "./hold-switches.tsx";
import { Today } from "./today.tsx";

type Hold = NonNullable<Live["hold"]>;

const modes: Record<Hold["mode"], { readonly icon: IconName; readonly words: string }> = {
  normal: { icon: "check", words: "Held as it should be" },
  degraded: { icon: "warning", words: "Held, with less to go by" },
  failsafe: { icon: "warning", words: "At the safe limit" },
  lockout: { icon: "warning", words: "Locked out" },
};

export function HoldPanel({ site, hold, gateway }: { site: string; hold: Hold; gateway: boolean }) {
  const { icon, words } = modes[hold.mode];
  return (
    <section aria-labelledby="hold-title">
      <h2 id="hold-title" class="with-icon">
        <Icon name={hold.stopped ? "warning" : icon} size={24} />
        {hold.stopped ? "Stopped by hand" : hold.maintenance_s > 0 ? "In maintenance" : words}
      </h2>
      {hold.alarm !== null && <p role="alert">{hold.alarm.says}</p>}
      <p>{hold.says}</p>
      <dl class="facts">
        <Fact name="May be exported now" value={allowedWords(hold)} />
        <Fact name="Room below the limit" value={power(hold.headroom_w)} />
        <Fact name="Held back (estimate)" value={power(hold.curtailed_w)} />
        <Fact name="Counted excursions" value={String(hold.excursions)} />
        {hold.lockout_s > 0 && <Fact name="Locked out for" value={minutes(hold.lockout_s)} />}
        {hold.maintenance_s > 0 && <Fact name="Maintenance for" value={minutes(hold.maintenance_s)} />}
      </dl>
      {hold.units.length > 1 && <UnitTable hold={hold} />}
      <p class="soft small">
        Judged by the rules of <code data-standard>{hold.standard}</code>,{" "}
        {hold.basis === "net" ? "over all phases together" : "on each phase"}. State <code data-mode>{hold.mode}</code>
      </p>
      {gateway && <Today site={site} />}
      {gateway && <HoldSwitches site={site} hold={hold} />}
      {gateway && (
        <p>
          <a href={commissionHref(site)}>Commission this site</a>
        </p>
      )}
    </section>
  );
}

function UnitTable({ hold }: { hold: Hold }) {
  return (
    <table class="units">
      <caption class="unseen">Inverters</caption>
      <thead>
        <tr>
          <th scope="col">Inverter</th>
          <th scope="col">Limit</th>
          <th scope="col">Output</th>
          <th scope="col">State</th>
        </tr>
      </thead>
      <tbody>
        {hold.units.map((unit) => (
          <tr key={unit.id}>
            <th scope="row">{unit.id}</th>
            <td>{power(unit.limit_w)}</td>
            <td>{power(unit.output_w)}</td>
            <td>{unit.state}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function allowedWords({ allowed_w: allowed, origin }: Hold): string {
  return `${allowed === 0 ? "nothing" : power(allowed)} (${origin})`;
}

function minutes(seconds: number): string {
  const whole = Math.ceil(seconds / 60);
  return whole < 120 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

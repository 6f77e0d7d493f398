/** The last day as the log has it: what flowed out, what was held back, and when the state changed. */
import { useAnswer } from "../api/use-answer.ts";

interface Proof {
  readonly day: {
    readonly minutes: number;
    readonly exported_wh: number;
    readonly curtailed_wh: number;
    readonly held_unknown_s: number;
    readonly headroom_min_w: number | null;
    readonly excursions: { readonly count: number; readonly counted: number; readonly longest_s: number };
    readonly modes: Readonly<Record<string, number>>;
    readonly states: readonly { readonly at: number | null; readonly mode: string; readonly reason: string }[];
  };
  readonly health: { readonly error?: string; readonly lost: number };
}

const EVERY_MS = 30_000;
const STATES_SHOWN = 12;

export function Today({ site }: { site: string }) {
  const answer = useAnswer<Proof>(`/api/v1/sites/${encodeURIComponent(site)}/hold`, { every: EVERY_MS });
  if (answer.state !== "ready") return null;
  const { day, health } = answer.value;
  return (
    <details>
      <summary>The last 24 hours</summary>
      <dl class="facts">
        <Fact name="Sent to the grid" value={kilowattHours(day.exported_wh)} />
        <Fact name="Held back (estimate)" value={curtailedWords(day)} />
        <Fact name="Excursions, longest" value={`${day.excursions.count}, ${Math.round(day.excursions.longest_s)} s`} />
        {Object.entries(day.modes).map(([mode, seconds]) => (
          <Fact key={mode} name={`Time ${mode}`} value={`${Math.round(seconds / 60)} min`} />
        ))}
      </dl>
      {day.states.length > 0 && (
        <ol class="states">
          {day.states.slice(-STATES_SHOWN).map((state) => (
            <li key={`${state.at} ${state.mode} ${state.reason}`}>
              <time>{state.at === null ? "time unknown" : new Date(state.at).toLocaleTimeString()}</time> {state.mode}
              <code class="small soft"> {state.reason}</code>
            </li>
          ))}
        </ol>
      )}
      {health.lost > 0 && (
        <p role="alert">{`${health.lost} records of the log could not be written: ${health.error ?? "the disk took them not"}.`}</p>
      )}
    </details>
  );
}

function curtailedWords({ curtailed_wh: wh, held_unknown_s: unknown }: Proof["day"]): string {
  const minutes = Math.round(unknown / 60);
  return minutes > 0 ? `${kilowattHours(wh)}, not known for ${minutes} min` : kilowattHours(wh);
}

function kilowattHours(wh: number): string {
  return `${(wh / 1000).toFixed(2)} kWh`;
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

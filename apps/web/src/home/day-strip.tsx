/** Four weeks of days, each as tall as its energy, to step to. */
import type { DaySummary, Days, Site } from "../api/shapes.ts";
import { useAnswer } from "../api/use-answer.ts";
import { energy } from "../format/power.ts";
import { dayBeside, dayName } from "../format/time.ts";
import { homeHref } from "../shell/router.ts";

const WINDOW = 28;

/** Windows are counted back from the last day, so that the strip stands still while one steps within it. */
export function windowOf(shown: string, last: string): { from: string; to: string } {
  const back = Math.round((Date.parse(`${last}T00:00:00Z`) - Date.parse(`${shown}T00:00:00Z`)) / 86_400_000);
  const to = dayBeside(last, -WINDOW * Math.max(0, Math.floor(back / WINDOW)));
  return { from: dayBeside(to, 1 - WINDOW), to };
}

export function DayStrip({ site, shown, last }: { site: Site; shown: string; last: string }) {
  const { from, to } = windowOf(shown, last);
  const answer = useAnswer<Days>(`/api/v1/sites/${encodeURIComponent(site.id)}/days?from=${from}&to=${to}`, {
    keep: true,
  });
  const days = answer.state === "ready" || answer.state === "saved" ? answer.value.days : [];
  const most = Math.max(1, ...days.map((day) => usedOf(day) ?? 0));
  const dates = Array.from({ length: WINDOW }, (_, index) => dayBeside(from, index));
  return (
    <nav class="strip" aria-label="Days">
      <h2>{`${dayName(from, "date")} to ${dayName(to, "date")}`}</h2>
      <ol>
        {dates.map((date) => (
          <StripDay
            key={date}
            date={date}
            day={days.find((one) => one.date === date)}
            most={most}
            site={site}
            shown={date === shown}
          />
        ))}
      </ol>
    </nav>
  );
}

function usedOf(day: DaySummary): number | null {
  return day.totals.home_wh ?? day.totals.import_wh;
}

interface StripDayProps {
  date: string;
  day: DaySummary | undefined;
  most: number;
  site: Site;
  shown: boolean;
}

function StripDay({ date, day, most, site, shown }: StripDayProps) {
  const used = day === undefined ? null : usedOf(day);
  const height = used === null ? 0 : Math.max(2, Math.round((used / most) * 64));
  const incomplete = (day?.counts.missing ?? 0) > 0;
  return (
    <li>
      <a
        href={homeHref(site.id, date)}
        aria-current={shown ? "date" : undefined}
        aria-label={`${dayName(date)}, ${used === null ? "no value" : energy(used)}${incomplete ? ", incomplete" : ""}`}
      >
        <span
          class={`strip-bar${used === null ? " strip-none" : ""}${incomplete ? " strip-gap" : ""}`}
          style={`height:${height}px`}
        />
        <span class="strip-day">{Number(date.slice(8))}</span>
        <span class="strip-name">{dayName(date, "short")}</span>
      </a>
    </li>
  );
}

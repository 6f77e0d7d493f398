/** A household's day: one number, a sentence, the half-hours, the bill. */
import { useMemo, useRef } from "preact/hooks";
import type { Day, Site } from "../api/shapes.ts";
import { type Loaded, useAnswer } from "../api/use-answer.ts";
import { slotsOf } from "../bars/slots.ts";
import { dayBeside, dayName } from "../format/time.ts";
import { Frame } from "../shell/frame.tsx";
import { Failed, Notice, OldBanner } from "../shell/notice.tsx";
import { homeHref, navigate } from "../shell/router.ts";
import { SiteCrumbs } from "../site/site-page.tsx";
import { Cost } from "./cost.tsx";
import { DayChart } from "./day-chart.tsx";
import { DayHead } from "./day-head.tsx";
import { DayStrip } from "./day-strip.tsx";
import { DayTable } from "./day-table.tsx";
import { latestDate } from "./latest.ts";
import { swipe } from "./swipe.ts";
import "./home.css";

/** A day that is not over gets a new half-hour now and then. */
const TODAY_EVERY_MS = 20_000;

export function HomePage({ site, date }: { site: Site; date: string | undefined }) {
  const first = useRef(latestDate(site));
  const shown = date ?? first.current;
  const path = `/api/v1/sites/${encodeURIComponent(site.id)}/days/${shown}`;
  const loaded = useAnswer<Day>(path, { every: shown >= first.current ? TODAY_EVERY_MS : undefined, keep: true });
  const last = useLastDay(loaded);
  const go = (days: number): void => {
    const next = dayBeside(shown, days);
    if (last !== undefined && isWithin(next, last)) navigate(homeHref(site.id, next));
  };
  return (
    <Frame title={`${site.name}, ${dayName(shown)}`} crumbs={<SiteCrumbs site={site} at="home" />}>
      {loaded.state === "saved" && <OldBanner savedAt={loaded.savedAt} />}
      <div {...swipe(go)}>
        <DayHead site={site} date={shown} day={dayOf(loaded)} reach={last} />
      </div>
      <DayBody loaded={loaded} site={site} shown={shown} onDay={go} />
      <DayStrip site={site} shown={shown} last={last?.last_date ?? first.current} />
    </Frame>
  );
}

/** How far the days reach is known from any day's answer, so that stepping does not wait for the next one. */
function useLastDay(loaded: Loaded<Day>): Day | undefined {
  const known = useRef<Day | undefined>(undefined);
  known.current = dayOf(loaded) ?? known.current;
  return known.current;
}

function dayOf(loaded: Loaded<Day>): Day | undefined {
  return loaded.state === "ready" || loaded.state === "saved" ? loaded.value : undefined;
}

export function isWithin(date: string, { first_date, last_date }: Day): boolean {
  return (first_date === null || date >= first_date) && (last_date === null || date <= last_date);
}

interface DayBodyProps {
  loaded: Loaded<Day> & { again: () => void };
  site: Site;
  shown: string;
  onDay: (days: number) => void;
}

function DayBody({ loaded, site, shown, onDay }: DayBodyProps) {
  if (loaded.state === "failed") return <Failed problem={loaded.problem} again={loaded.again} />;
  if (loaded.state === "loading")
    return (
      <div class="day-waiting" role="status" aria-busy="true">
        <span class="unseen">Asking for the day …</span>
      </div>
    );
  const { value: day } = loaded;
  if (day.intervals.length === 0) return <NoDay day={day} site={site} shown={shown} />;
  return <FullDay key={day.date} day={day} onDay={onDay} />;
}

function FullDay({ day, onDay }: { day: Day; onDay: (days: number) => void }) {
  const slots = useMemo(() => slotsOf(day), [day]);
  return (
    <>
      <DayChart day={day} slots={slots} onDay={onDay} />
      <div class="day-below">
        <Cost day={day} />
        <DayTable day={day} slots={slots} />
      </div>
    </>
  );
}

function NoDay({ day, site, shown }: { day: Day; site: Site; shown: string }) {
  if (day.last_date === null) {
    return (
      <Notice icon="clock" title="No half-hour has been received yet.">
        The first one arrives after the next full half-hour that the gateway measures.
      </Notice>
    );
  }
  return (
    <Notice icon="gap" title={`Nothing was received on ${dayName(shown)}.`}>
      <a href={homeHref(site.id, day.last_date)}>Go to the latest day, {dayName(day.last_date)}.</a>
    </Notice>
  );
}

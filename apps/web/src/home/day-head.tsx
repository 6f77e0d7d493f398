import type { Day, Site } from "../api/shapes.ts";
import { slotsOf, useOf } from "../bars/slots.ts";
import { usualWords } from "../bars/words.ts";
import { money } from "../format/money.ts";
import { energyFigure } from "../format/power.ts";
import { dayBeside, dayName } from "../format/time.ts";
import { Icon } from "../shell/icon.tsx";
import { homeHref } from "../shell/router.ts";

interface DayHeadProps {
  site: Site;
  date: string;
  /** Absent while it is asked for. */
  day: Day | undefined;
  /** Any day of this site: how far its days reach. */
  reach: Day | undefined;
}

export function DayHead({ site, date, day, reach }: DayHeadProps) {
  return (
    <section class="day-head" aria-label="The day">
      <p class="day-site">{site.name}</p>
      <div class="day-turn">
        <Turn site={site} to={dayBeside(date, -1)} reach={reach} way="left" />
        <h1>{dayName(date)}</h1>
        <Turn site={site} to={dayBeside(date, 1)} reach={reach} way="right" />
      </div>
      <div class={`day-sum${day?.intervals.length === 0 ? " day-sum-empty" : ""}`}>
        {day !== undefined && day.intervals.length > 0 && <Sum day={day} />}
      </div>
    </section>
  );
}

function Turn({ site, to, reach, way }: { site: Site; to: string; reach: Day | undefined; way: "left" | "right" }) {
  const name = `${way === "left" ? "The day before" : "The day after"}, ${dayName(to)}`;
  const limit = way === "left" ? (reach?.first_date ?? null) : (reach?.last_date ?? null);
  const beyond = limit === null || (way === "left" ? to < limit : to > limit);
  if (beyond) {
    return (
      <span class="turn turn-end" aria-hidden="true">
        <Icon name={way} size={24} />
      </span>
    );
  }
  return (
    <a class="turn" href={homeHref(site.id, to)} aria-label={name} rel={way === "left" ? "prev" : "next"}>
      <Icon name={way} size={24} />
    </a>
  );
}

function Sum({ day }: { day: Day }) {
  const slots = slotsOf(day);
  const used = day.totals.home_wh ?? sumOf(slots.map(({ interval }) => useOf(interval)));
  const figure = energyFigure(used);
  const over = slots.every(({ interval }) => interval !== undefined);
  return (
    <>
      <p>
        <span class="hero-figure">
          {figure.value} <span class="unit">{figure.unit}</span>
        </span>
        <span class="hero-what">
          {over ? "used" : "used so far"}
          {day.cost && `, ${money(day.cost.total, day.cost.currency, day.cost.exponent)}`}
        </span>
      </p>
      <p class="hero-words">{usualWords(day, slots)}</p>
    </>
  );
}

function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((wh) => wh !== null);
  return known.length === 0 ? null : known.reduce((sum, wh) => sum + wh, 0);
}

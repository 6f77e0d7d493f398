/** The bars, what is selected of them in words, and the key to their shapes. */
import { useState } from "preact/hooks";
import type { Day } from "../api/shapes.ts";
import { rateLabels } from "../bars/axis.tsx";
import { Glyph } from "../bars/bar.tsx";
import { Bars } from "../bars/bars.tsx";
import { isMissing, type Slot } from "../bars/slots.ts";
import { useSpan } from "../bars/use-span.ts";
import { daySummary, type SpanSum, sumOfSpan, unitName } from "../bars/words.ts";
import { money } from "../format/money.ts";
import { energy, power } from "../format/power.ts";
import { dayName } from "../format/time.ts";

interface DayChartProps {
  day: Day;
  slots: readonly Slot[];
  onDay: (days: number) => void;
}

export function DayChart({ day, slots, onDay }: DayChartProps) {
  const known = slots.findLastIndex(({ interval }) => interval !== undefined);
  const selection = useSpan(slots.length, Math.max(0, known));
  const [asPower, setAsPower] = useState(false);
  const span =
    selection.span ??
    (selection.hovered === undefined ? undefined : { anchor: selection.hovered, focus: selection.hovered });
  const sum = span === undefined ? undefined : sumOfSpan(slots, day.comparison.usual_home_wh, span);
  return (
    <section class="day-chart" aria-label="The day's energy">
      <Readout day={day} slots={slots} sum={sum} selected={selection.span !== undefined} clear={selection.clear} />
      <Bars
        day={day}
        slots={slots}
        selection={selection}
        asPower={asPower}
        onDay={onDay}
        label={`${capital(unitName(day))} of ${dayName(day.date)}. ${daySummary(day, slots)}`}
      />
      <div class="day-key">
        <Key day={day} slots={slots} />
        <button type="button" class="plain" aria-pressed={asPower} onClick={() => setAsPower(!asPower)}>
          Scale in {asPower ? "kWh" : "kW"}
        </button>
      </div>
    </section>
  );
}

interface ReadoutProps {
  day: Day;
  slots: readonly Slot[];
  sum: SpanSum | undefined;
  selected: boolean;
  clear: () => void;
}

function Readout({ day, slots, sum, selected, clear }: ReadoutProps) {
  if (sum === undefined) {
    return (
      <div class="readout">
        <div>
          <p>{daySummary(day, slots)}</p>
          <p class="soft small">Drag over the bars, or use the arrow keys, to see what a span used and cost.</p>
        </div>
      </div>
    );
  }
  return (
    <div class="readout">
      <output aria-live={selected ? "polite" : "off"}>
        <span class="readout-label">{sum.label}</span>
        <span class="readout-main">
          <strong>{sum.wh === null ? "no value" : energy(sum.wh)}</strong>
          {sum.cost !== null && day.cost !== null && (
            <strong>{money(sum.cost, day.cost.currency, day.cost.exponent)}</strong>
          )}
        </span>
        <span class="readout-notes">{notesOf(day, sum).join(" · ")}</span>
      </output>
      {selected && (
        <button type="button" class="plain" onClick={clear}>
          Clear
        </button>
      )}
    </div>
  );
}

function notesOf(day: Day, sum: SpanSum): string[] {
  const labels = rateLabels(day, sum.rates);
  const hours = (sum.count * day.interval_s) / 3600;
  const notes: string[] = [];
  if (sum.solar > 0) notes.push(`${energy(sum.solar)} from the sun`, `${energy(sum.grid)} from the grid`);
  if (sum.exported > 0) notes.push(`${energy(sum.exported)} to the grid`);
  if (sum.wh !== null && sum.missing === 0) notes.push(`${power(sum.wh / hours)} on average`);
  if (sum.usual !== null) notes.push(`usually ${energy(sum.usual)}`);
  if (sum.rates.length > 0) notes.push(sum.rates.map((rate) => labels.get(rate) ?? rate).join(" and "));
  if (sum.missing > 0) notes.push(`${sum.missing} missing`);
  if (sum.late > 0) notes.push(`${sum.late} late`);
  return notes;
}

function Key({ day, slots }: { day: Day; slots: readonly Slot[] }) {
  const intervals = slots.map(({ interval }) => interval).filter((interval) => interval !== undefined);
  const has = (quality: string): boolean => intervals.some((interval) => interval.quality === quality);
  const solar = intervals.some(({ generation_wh }) => (generation_wh ?? 0) > 0);
  const exported = intervals.some(({ export_wh }) => (export_wh ?? 0) > 0);
  return (
    <ul class="key">
      {solar && (
        <li>
          <Glyph kind="solar" />
          from the sun
        </li>
      )}
      <li>
        <Glyph kind="grid" />
        from the grid
      </li>
      {exported && (
        <li>
          <Glyph kind="export" />
          to the grid
        </li>
      )}
      {day.comparison.usual_home_wh !== null && (
        <li>
          <Glyph kind="usual" />
          {`a usual ${dayName(day.date, "weekday")}`}
        </li>
      )}
      {has("late") && (
        <li>
          <Glyph kind="late" />
          late
        </li>
      )}
      {slots.some(isMissing) && (
        <li>
          <Glyph kind="missing" />
          missing
        </li>
      )}
      {has("estimated") && (
        <li>
          <Glyph kind="estimated" />
          estimated
        </li>
      )}
      {has("edited") && (
        <li>
          <Glyph kind="edited" />
          edited
        </li>
      )}
    </ul>
  );
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The bars again, as a table: the same values for a reader, a copy or a print. */
import { useState } from "preact/hooks";
import type { Day } from "../api/shapes.ts";
import { Glyph } from "../bars/bar.tsx";
import { isMissing, type Slot, useOf } from "../bars/slots.ts";
import { qualityWords } from "../bars/words.ts";
import { money } from "../format/money.ts";

export function DayTable({ day, slots }: { day: Day; slots: readonly Slot[] }) {
  const [open, setOpen] = useState(false);
  return (
    <section class="day-table" aria-labelledby="table-title">
      <h2 id="table-title">Every value</h2>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>The day as a table</summary>
        {open && <Table day={day} slots={slots} />}
      </details>
    </section>
  );
}

function Table({ day, slots }: { day: Day; slots: readonly Slot[] }) {
  return (
    <div class="scroll">
      <table>
        <caption class="unseen">Energy of each interval in kWh</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col" class="number">
              Used
            </th>
            <th scope="col" class="number">
              Grid
            </th>
            <th scope="col" class="number">
              Solar
            </th>
            <th scope="col" class="number">
              Export
            </th>
            <th scope="col" class="number">
              Cost
            </th>
            <th scope="col" class="quality">
              Quality
            </th>
          </tr>
        </thead>
        <tbody>
          {slots
            .filter(({ interval }) => interval !== undefined)
            .map((slot) => (
              <Row key={slot.start} slot={slot} day={day} />
            ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ slot, day }: { slot: Slot; day: Day }) {
  const { interval } = slot;
  if (interval === undefined) return null;
  const quality = isMissing(slot) ? "missing" : interval.quality;
  return (
    <tr>
      <th scope="row">
        {slot.label} {slot.zoneName !== undefined && <span class="soft small">{slot.zoneName}</span>}
      </th>
      <td class="number">{kilowattHours(useOf(interval))}</td>
      <td class="number">{kilowattHours(interval.import_wh)}</td>
      <td class="number">{kilowattHours(interval.generation_wh)}</td>
      <td class="number">{kilowattHours(interval.export_wh)}</td>
      <td class="number">
        {interval.cost === null || day.cost === null ? "–" : money(interval.cost, day.cost.currency, day.cost.exponent)}
      </td>
      <td class="quality">
        {quality !== "actual" && <Glyph kind={quality} />} {qualityWords[quality]}
      </td>
    </tr>
  );
}

/** To the watt-hour, since that is what was measured. */
function kilowattHours(wh: number | null): string {
  return wh === null ? "–" : (wh / 1000).toFixed(3);
}

/** The last hour: a dense line for the eye, a sentence and a table for everybody. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Live, LiveHistory } from "../api/shapes.ts";
import type { Loaded } from "../api/use-answer.ts";
import { power } from "../format/power.ts";
import { clock } from "../format/time.ts";
import { LineKey } from "../shell/line-key.tsx";
import { type Columns, columnsOf, historyWords, minuteRows, noPoints, withPicture } from "./history.ts";
import { HistoryPlot } from "./history-plot.tsx";

/** A canvas is redrawn at most this often, however fast a simulated street runs. */
const DRAW_MS = 1_000;

interface HistorySectionProps {
  history: Loaded<LiveHistory>;
  newest: Live | undefined;
  zone: string;
  rated: number;
}

export function HistorySection({ history, newest, zone, rated }: HistorySectionProps) {
  const columns = useGrowing(history, newest);
  const [asTable, setAsTable] = useState(false);
  return (
    <section class="history" aria-labelledby="history-title">
      <h2 id="history-title">The last hour</h2>
      {columns.at.length < 2 ? (
        <p class="history-plot soft">
          {history.state === "failed" ? history.problem.message : "The line begins with the next readings."}
        </p>
      ) : (
        <>
          <p class="soft">{historyWords(columns, rated)}</p>
          <HistoryPlot columns={columns} zone={zone} rated={rated} />
          <Key />
          <details onToggle={(event) => setAsTable(event.currentTarget.open)}>
            <summary>The hour as a table</summary>
            {asTable && <MinuteTable columns={columns} zone={zone} />}
          </details>
        </>
      )}
    </section>
  );
}

function useGrowing(history: Loaded<LiveHistory>, newest: Live | undefined): Columns {
  const growing = useRef<Columns>(noPoints);
  const [columns, setColumns] = useState<Columns>(noPoints);
  const drawn = useRef(0);
  const value = history.state === "ready" ? history.value : undefined;
  useEffect(() => {
    if (value === undefined) return;
    growing.current = columnsOf(value);
    setColumns(growing.current);
  }, [value]);
  useEffect(() => {
    if (newest === undefined || history.state === "loading") return;
    growing.current = withPicture(growing.current, newest);
    if (performance.now() - drawn.current < DRAW_MS) return;
    drawn.current = performance.now();
    setColumns(growing.current);
  }, [newest, history.state]);
  return columns;
}

const roles = [
  { role: "solar-edge", name: "Solar", dashes: "", width: 2 },
  { role: "ink-faint", name: "Home", dashes: "", width: 1.5 },
  { role: "grid", name: "From the grid", dashes: "", width: 2 },
  { role: "export", name: "To the grid, below zero", dashes: "", width: 2 },
  { role: "ink", name: "Limit", dashes: "5 4", width: 2 },
  { role: "ink", name: "Limit below the rating", dashes: "", width: 4 },
];

function Key() {
  return (
    <ul class="key">
      {roles.map(({ role, name, dashes, width }) => (
        <li key={name}>
          <LineKey colour={`var(--${role})`} dashes={dashes} width={width} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function MinuteTable({ columns, zone }: { columns: Columns; zone: string }) {
  return (
    <div class="scroll">
      <table>
        <caption class="unseen">Mean power of each minute, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Minute</th>
            <th scope="col" class="number">
              Solar
            </th>
            <th scope="col" class="number">
              Home
            </th>
            <th scope="col" class="number">
              Grid
            </th>
            <th scope="col" class="number">
              Limit
            </th>
          </tr>
        </thead>
        <tbody>
          {minuteRows(columns).map((row) => (
            <tr key={row.at}>
              <th scope="row">{clock(row.at, zone, false)}</th>
              <td class="number">{power(row.pv)}</td>
              <td class="number">{power(row.home)}</td>
              <td class="number">{power(row.grid)}</td>
              <td class="number">{power(row.limit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The last measuring window's harmonics of one channel, with the limits of voltages, and all numbers on demand. */
import { useState } from "preact/hooks";
import { age } from "../format/time.ts";
import { now } from "../shell/now.ts";
import { HarmonicBars } from "./harmonic-bars.tsx";
import { amount, type Harmonic, harmonicsOf, harmonicWords, percent } from "./harmonics.ts";
import type { HarmonicChannel, Harmonics } from "./shapes.ts";

/** A window that is older than this is not of now. */
const OLD_MS = 10_000;

export function HarmonicsSection({ harmonics }: { harmonics: Harmonics }) {
  const [chosen, setChosen] = useState("u1");
  const channel = harmonics.channels.find((one) => one.channel === chosen) ?? harmonics.channels[0];
  return (
    <section class="wave-part" aria-labelledby="harmonics-title">
      <h2 id="harmonics-title">Harmonics</h2>
      <p class="soft">{whenWords(harmonics, now.value)}</p>
      {channel === undefined ? (
        <p>The meter gives no channel.</p>
      ) : (
        <>
          <div class="wave-choice">
            <label for="harmonic-channel">Channel</label>
            <select
              id="harmonic-channel"
              value={channel.channel}
              onChange={(event) => setChosen(event.currentTarget.value)}
            >
              {harmonics.channels.map(({ channel: id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
            </select>
          </div>
          <OneChannel channel={channel} harmonics={harmonics} />
        </>
      )}
    </section>
  );
}

function OneChannel({ channel, harmonics }: { channel: HarmonicChannel; harmonics: Harmonics }) {
  const [asTable, setAsTable] = useState(false);
  const all = harmonicsOf(channel, harmonics.limits);
  return (
    <>
      <dl class="wave-figures">
        <Figure name="RMS" value={amount(channel.rms, channel.unit)} />
        <Figure name="THD" value={percent(channel.thd)} />
        <Figure
          name="Frequency"
          value={harmonics.frequency_hz === null ? "–" : `${harmonics.frequency_hz.toFixed(3)} Hz`}
        />
      </dl>
      <p>{harmonicWords(channel, all)}</p>
      <HarmonicBars harmonics={all} unit={channel.unit} label={`Harmonics 1 to 31 of ${channel.channel}`} />
      {channel.unit === "V" && (
        <p class="soft small">
          Marks: {harmonics.limits.source}; THD {percent(harmonics.limits.thd)}. The first bar, 100 %, is cut.
        </p>
      )}
      <details onToggle={(event) => setAsTable(event.currentTarget.open)}>
        <summary>The harmonics as a table</summary>
        {asTable && <Table all={all} unit={channel.unit} />}
      </details>
    </>
  );
}

export function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Table({ all, unit }: { all: readonly Harmonic[]; unit: string }) {
  return (
    <div class="scroll">
      <table class="harmonic-table">
        <caption class="unseen">Each harmonic with its limit</caption>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col" class="number">
              RMS
            </th>
            <th scope="col" class="number">
              Of the fundamental
            </th>
            <th scope="col" class="number">
              Limit
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map(({ order, rms, part, limit }) => (
            <tr key={order}>
              <th scope="row">{order}</th>
              <td class="number">{amount(rms, unit)}</td>
              <td class="number">{percent(part)}</td>
              <td class="number">{percent(limit ?? null)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function whenWords({ at }: Harmonics, current: number): string {
  if (at === null) return "Of the meter's last 200 ms window; the meter does not know the time yet.";
  const old = current - at;
  return old > OLD_MS ? `Old: of a window ${age(old)} ago. No newer one was read.` : "Of the last 200 ms window.";
}

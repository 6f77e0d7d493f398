/** Recordings of the meter: which there are, one of them as waveforms, and its file for other viewers. */
import { useMemo, useState } from "preact/hooks";
import type { Site } from "../api/shapes.ts";
import { useAnswer } from "../api/use-answer.ts";
import { moment } from "../format/time.ts";
import { LineKey } from "../shell/line-key.tsx";
import { Failed, Loading } from "../shell/notice.tsx";
import { Figure } from "./harmonics-section.tsx";
import type { Capture, CaptureChannel, CaptureSummary, Captures } from "./shapes.ts";
import { lookOf, WavePlot } from "./wave-plot.tsx";
import { captureWords, channelsOf, cyclesOf, msAt, stretchOf } from "./waves.ts";

const CAPTURES_EVERY_MS = 5_000;

export function CapturesSection({ site, path }: { site: Site; path: string }) {
  const captures = useAnswer<Captures>(path, { every: CAPTURES_EVERY_MS });
  const [chosen, setChosen] = useState<string>();
  return (
    <section class="wave-part" aria-labelledby="captures-title">
      <h2 id="captures-title">Recordings</h2>
      {captures.state === "loading" && <Loading what="the recordings" />}
      {captures.state === "failed" && <Failed problem={captures.problem} again={captures.again} />}
      {captures.state === "ready" && captures.value.captures.length === 0 && (
        <p class="soft">None yet. The meter records the waveform around a dip, a swell or an interruption.</p>
      )}
      {captures.state === "ready" && captures.value.captures.length > 0 && (
        <>
          <CaptureChoice
            captures={captures.value.captures}
            zone={site.zone}
            chosen={chosen ?? captures.value.captures[0]?.id ?? ""}
            choose={setChosen}
          />
          <OneCapture path={`${path}/${encodeURIComponent(chosen ?? captures.value.captures[0]?.id ?? "")}`} />
        </>
      )}
    </section>
  );
}

interface CaptureChoiceProps {
  captures: readonly CaptureSummary[];
  zone: string;
  chosen: string;
  choose: (id: string) => void;
}

function CaptureChoice({ captures, zone, chosen, choose }: CaptureChoiceProps) {
  return (
    <div class="wave-choice">
      <label for="capture">Recording</label>
      <select id="capture" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {captures.map(({ id, at, cause }) => (
          <option key={id} value={id}>
            {cause}, {at === null ? "time not known" : moment(new Date(at).toISOString(), zone)}
          </option>
        ))}
      </select>
    </div>
  );
}

function OneCapture({ path }: { path: string }) {
  const capture = useAnswer<Capture>(path);
  if (capture.state === "loading") return <Loading what="the recording" />;
  if (capture.state === "failed") return <Failed problem={capture.problem} again={capture.again} />;
  return <CaptureView key={path} capture={capture.value} file={`${path}/cff`} />;
}

const stretches = [
  { name: "All", ms: undefined },
  { name: "200 ms", ms: 200 },
  { name: "40 ms", ms: 40 },
] as const;

export function CaptureView({ capture, file }: { capture: Capture; file: string }) {
  const [ms, setMs] = useState<number>();
  const [wanted, setAt] = useState(capture.trigger);
  const [asTable, setAsTable] = useState(false);
  const stretch = stretchOf(capture, ms);
  const at = Math.max(stretch.from, Math.min(stretch.to - 1, wanted));
  const groups = useMemo(
    () => (["V", "A"] as const).map((unit) => channelsOf(capture, unit)).filter(({ length }) => length > 0),
    [capture],
  );
  const instant = `${msAt(capture, at).toFixed(2)} ms from the trigger`;
  return (
    <>
      <p>{captureWords(capture)}</p>
      <fieldset class="wave-stretch">
        <legend class="unseen">How much is shown around the trigger</legend>
        {stretches.map((one) => (
          <button key={one.name} type="button" aria-pressed={one.ms === ms} onClick={() => setMs(one.ms)}>
            {one.name}
          </button>
        ))}
      </fieldset>
      {groups.map((channels) => (
        <div key={channels[0]?.unit}>
          <WavePlot capture={capture} channels={channels} stretch={stretch} at={at} />
          <Key channels={channels} />
        </div>
      ))}
      <label class="wave-instant" for="instant">
        <span>{instant}</span>
        <input
          id="instant"
          type="range"
          min={stretch.from}
          max={stretch.to - 1}
          value={at}
          aria-valuetext={instant}
          onInput={(event) => setAt(Number(event.currentTarget.value))}
        />
      </label>
      <dl class="wave-figures" aria-label="At this instant">
        {capture.channels.map(({ id, unit, samples }) => (
          <Figure key={id} name={id} value={`${(samples[at] ?? Number.NaN).toFixed(unit === "A" ? 2 : 1)} ${unit}`} />
        ))}
      </dl>
      <p>
        <a href={file} download>
          Download as COMTRADE (one CFF file, IEEE C37.111-2013)
        </a>
      </p>
      <details onToggle={(event) => setAsTable(event.currentTarget.open)}>
        <summary>Each cycle as a table</summary>
        {asTable && <CycleTable capture={capture} />}
      </details>
    </>
  );
}

function Key({ channels }: { channels: readonly CaptureChannel[] }) {
  return (
    <ul class="key">
      {channels.map(({ id }) => (
        <li key={id}>
          <LineKey colour={`var(${lookOf(id).colour})`} dashes={lookOf(id).dash.join(" ")} />
          {id}
        </li>
      ))}
    </ul>
  );
}

function CycleTable({ capture }: { capture: Capture }) {
  return (
    <div class="scroll">
      <table class="cycle-table">
        <caption class="unseen">RMS of each nominal cycle</caption>
        <thead>
          <tr>
            <th scope="col">From the trigger</th>
            {capture.channels.map(({ id, unit }) => (
              <th key={id} scope="col" class="number">
                {id}, {unit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cyclesOf(capture).map(({ ms, rms }) => (
            <tr key={ms}>
              <th scope="row">{ms.toFixed(1)} ms</th>
              {capture.channels.map(({ id, unit }, index) => (
                <td key={id} class="number">
                  {(rms[index] ?? Number.NaN).toFixed(unit === "A" ? 3 : 2)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

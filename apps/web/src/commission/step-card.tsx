/** One step: what it is for, what it asks, how it went. */
import { useState } from "preact/hooks";
import { Icon, type IconName } from "../shell/icon.tsx";
import { CommissionPlot } from "./commission-plot.tsx";
import type { Answer, Ask, Finding, Step, StepState } from "./shapes.ts";

interface StepCardProps {
  step: Step;
  says: string | null;
  /** Another step runs, or nothing may be started. */
  busy: boolean;
  start: (answers: Readonly<Record<string, Answer>>) => void;
  cancel: () => void;
}

const words: Readonly<Record<StepState, { icon: IconName; text: string }>> = {
  open: { icon: "gap", text: "not done" },
  running: { icon: "clock", text: "running" },
  passed: { icon: "check", text: "passed" },
  failed: { icon: "warning", text: "failed" },
  unsure: { icon: "warning", text: "not sure" },
  skipped: { icon: "gap", text: "skipped" },
};

export function StepCard({ step, says, busy, start, cancel }: StepCardProps) {
  const { icon, text } = words[step.state];
  const title = `step-${step.id}`;
  return (
    <li class={`step step-${step.state}`} aria-labelledby={title}>
      <h2 id={title} class="with-icon">
        <Icon name={icon} size={24} />
        <span>{step.title}</span>
        <span class="step-state">{text}</span>
      </h2>
      <p class="soft">{step.what}</p>
      {step.state === "running" ? (
        <div class="step-says" role="status">
          <p>{says ?? "It begins."}</p>
          <button type="button" onClick={cancel}>
            Stop this step
          </button>
        </div>
      ) : (
        <Begin step={step} busy={busy} start={start} />
      )}
      {step.result !== null && step.state !== "running" && <Result result={step.result} />}
    </li>
  );
}

function Begin({ step, busy, start }: Pick<StepCardProps, "step" | "busy" | "start">) {
  const [answers, setAnswers] = useState<Record<string, Answer>>({});
  const done = step.state !== "open";
  const form = (
    <form
      class="step-form"
      onSubmit={(event) => {
        event.preventDefault();
        start(answers);
      }}
    >
      {step.asks.map((ask) => (
        <Question
          key={ask.id}
          step={step.id}
          ask={ask}
          value={answers[ask.id] ?? ask.standard}
          set={(value) => setAnswers({ ...answers, [ask.id]: value })}
        />
      ))}
      <button type="submit" disabled={busy}>
        {done ? "Do it again" : "Begin"}
      </button>
    </form>
  );
  if (!done) return form;
  return (
    <details>
      <summary>Do this step again</summary>
      {form}
    </details>
  );
}

interface QuestionProps {
  step: string;
  ask: Ask;
  value: Answer;
  set: (value: Answer) => void;
}

function Question({ step, ask, value, set }: QuestionProps) {
  const id = `${step}-${ask.id}`;
  if (ask.kind === "confirm") {
    return (
      <label class="step-check" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={(event) => set(event.currentTarget.checked)}
        />
        <span>{ask.text}</span>
      </label>
    );
  }
  return (
    <label class="step-field" for={id}>
      <span>
        {ask.text}
        {ask.unit === undefined ? "" : ` (${ask.unit})`}
      </span>
      {ask.kind === "number" ? (
        <input
          id={id}
          type="number"
          inputMode="numeric"
          min={0}
          value={String(value)}
          onInput={(event) => set(Number(event.currentTarget.value))}
        />
      ) : (
        <select id={id} value={String(value)} onChange={(event) => set(event.currentTarget.value)}>
          {ask.choices?.map((choice) => (
            <option key={choice} value={choice}>
              {choice.startsWith("l") ? choice.toUpperCase() : choice}
            </option>
          ))}
        </select>
      )}
    </label>
  );
}

function Result({ result }: { result: NonNullable<Step["result"]> }) {
  return (
    <>
      <p class="step-summary">{result.summary}</p>
      {result.plots.map((plot) => (
        <CommissionPlot key={plot.title} plot={plot} />
      ))}
      {result.findings.length > 0 && (
        <details>
          <summary>{`${result.findings.length} numbers and their limits`}</summary>
          <dl class="findings">
            {result.findings.map((finding) => (
              <FindingRow key={finding.name} finding={finding} />
            ))}
          </dl>
        </details>
      )}
    </>
  );
}

function FindingRow({ finding: { name, value, limit, origin, ok } }: { finding: Finding }) {
  return (
    <div>
      <dt>
        {name}
        {origin !== undefined && <span class="small"> ({origin})</span>}
      </dt>
      <dd class={ok === false ? "not-within" : ""}>
        {value}
        {limit !== undefined && <span class="small soft">{` limit: ${limit}`}</span>}
        {ok === false && <strong> not within</strong>}
      </dd>
    </div>
  );
}

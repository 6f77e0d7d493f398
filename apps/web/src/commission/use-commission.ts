/** The walk as it stands, asked again every second, and the four things that can be done to it. */
import { useState } from "preact/hooks";
import { type Problem, postJson } from "../api/get.ts";
import { type Loaded, useAnswer } from "../api/use-answer.ts";
import type { Answer, Commission } from "./shapes.ts";

const EVERY_MS = 1_000;

export interface Walk {
  readonly loaded: Loaded<Commission> & { again: () => void };
  /** Why the last thing that was asked for was refused. */
  readonly problem: Problem | undefined;
  start(step: string, answers: Readonly<Record<string, Answer>>): void;
  cancel(): void;
  report(): void;
  reportHref(file: string): string;
}

export function useCommission(site: string): Walk {
  const base = `/api/v1/sites/${encodeURIComponent(site)}/commission`;
  const loaded = useAnswer<Commission>(base, { every: EVERY_MS });
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const post = (path: string, body: unknown): void => {
    void postJson(`${base}${path}`, body).then((answer) => {
      setProblem(answer.ok ? undefined : answer.problem);
      loaded.again();
    });
  };
  return {
    loaded,
    problem,
    start: (step, answers) => post(`/steps/${encodeURIComponent(step)}`, answers),
    cancel: () => post("/cancel", {}),
    report: () => post("/report", {}),
    reportHref: (file) => `${base}/report/${file}`,
  };
}

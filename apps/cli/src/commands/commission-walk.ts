/** The walk on a terminal: a step, its questions, what to do now, what was found; then the report. */
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline/promises";
import type { Answer, Answers, Ask, Commissioning, ReportFiles, StepResult, StepView } from "@csj/gateway";

export interface WalkOptions {
  readonly answers: Readonly<Record<string, Answers>>;
  /** False asks nothing. */
  readonly ask: boolean;
  readonly quiet: boolean;
}

export interface WalkEnded {
  readonly answer: string;
  readonly summary: string;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly summary: string }[];
  readonly report: ReportFiles & { readonly folder: string };
}

const LOOK_MS = 300;

export async function walk(commissioning: Commissioning, options: WalkOptions): Promise<WalkEnded> {
  const lines = options.ask ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  try {
    for (const { id } of commissioning.view().steps) await oneStep(commissioning, id, options, lines);
  } finally {
    lines?.close();
  }
  const files = await commissioning.report();
  return ended(commissioning, files, options);
}

async function oneStep(
  commissioning: Commissioning,
  id: string,
  options: WalkOptions,
  lines: Interface | undefined,
): Promise<void> {
  const step = commissioning.view().steps.find((one) => one.id === id) as StepView;
  // What follows from the others is made anew; what was passed on the site before is kept.
  if (step.state === "passed" && id !== "ct" && id !== "preview" && id !== "verdict") return;
  say(`\n${step.title}\n  ${step.what}`);
  const given = options.answers[id] ?? {};
  const answers: Record<string, Answer> = { ...given };
  for (const ask of step.asks) {
    if (given[ask.id] === undefined && lines !== undefined) answers[ask.id] = await asked(lines, ask);
  }
  if (lines !== undefined) {
    const begin = await lines.question("  Enter begins, s skips: ");
    if (begin.trim().toLowerCase() === "s") return;
  }
  const result = await watched(commissioning, id, answers);
  say(resultWords(result));
}

async function asked(lines: Interface, ask: Ask): Promise<Answer> {
  const choices =
    ask.kind === "confirm" ? "y/n" : ask.kind === "choice" ? (ask.choices ?? []).join(", ") : (ask.unit ?? "");
  const standard = ask.kind === "confirm" ? (ask.standard === true ? "y" : "n") : String(ask.standard);
  for (;;) {
    const text = (await lines.question(`  ${ask.text} (${choices}) [${standard}] `)).trim() || standard;
    const value = answerFrom(ask, text);
    if (value !== undefined) return value;
    say("  That is none of the answers.");
  }
}

function answerFrom(ask: Ask, text: string): Answer | undefined {
  if (ask.kind === "confirm") return /^y(es)?$/i.test(text) ? true : /^no?$/i.test(text) ? false : undefined;
  if (ask.kind === "choice") return ask.choices?.includes(text.toLowerCase()) === true ? text.toLowerCase() : undefined;
  const amount = Number(text);
  return Number.isFinite(amount) && amount >= 0 ? amount : undefined;
}

/** Says what to do now each time that it changes. */
async function watched(commissioning: Commissioning, id: string, answers: Answers): Promise<StepResult> {
  let said: string | null = null;
  const timer = setInterval(() => {
    const { says } = commissioning.view();
    if (says !== null && says !== said) say(`  > ${says}`);
    said = says ?? said;
  }, LOOK_MS);
  try {
    return await commissioning.run(id, answers);
  } finally {
    clearInterval(timer);
  }
}

function resultWords({ state, summary, findings }: StepResult): string {
  const rows = findings.map(({ name, value, limit, ok }) => {
    const mark = ok === undefined ? " " : ok ? "+" : "!";
    return `  ${mark} ${name}: ${value}${limit === undefined ? "" : ` (${limit})`}`;
  });
  return [...rows, `  ${state.toUpperCase()}: ${summary}`].join("\n");
}

function ended(commissioning: Commissioning, files: ReportFiles, { quiet }: WalkOptions): WalkEnded {
  const { steps } = commissioning.view();
  const verdict = steps.find(({ id }) => id === "verdict")?.result;
  const summary = verdict?.summary ?? "There is no verdict.";
  const folder = commissioning.folder;
  if (!quiet) {
    const paths = [files.json, files.html, files.pdf].map((file) => `  ${join(folder, file)}`);
    process.stdout.write(`\n${summary}\nThe signed report:\n${paths.join("\n")}\n`);
  }
  return {
    answer: String(verdict?.data["answer"] ?? "not-yet"),
    summary,
    steps: steps.map(({ id, state, result }) => ({ id, state, summary: result?.summary ?? "Not done." })),
    report: { ...files, folder },
  };
}

/** Messages to stderr: stdout is for what was found. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A child process that a campaign may kill: started again with the same words, its last output kept for the report. */
import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** How much of a process's output the report keeps. */
const OUTPUT_KEPT = 8_000;

export interface Part {
  readonly name: string;
  start(): void;
  /** kill -9, and waits until the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and waits; kill -9 after the grace. */
  stop(): Promise<void>;
  output(): string;
  /** Of the last run; undefined while it runs or where a signal ended it. */
  exitCode(): number | undefined;
  running(): boolean;
}

const STOP_GRACE_MS = 10_000;

export function part(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Part {
  let child: ChildProcess | undefined;
  let output = "";
  let code: number | undefined;
  const keep = (text: Buffer) => {
    output = (output + text.toString()).slice(-OUTPUT_KEPT);
  };
  const gone = (one: ChildProcess) =>
    new Promise<void>((resolve) => {
      if (one.exitCode !== null || one.signalCode !== null) resolve();
      else one.once("exit", () => resolve());
    });
  const end = async (signal: NodeJS.Signals) => {
    const one = child;
    if (one === undefined) return;
    one.kill(signal);
    await Promise.race([gone(one), sleep(STOP_GRACE_MS, undefined, { ref: false })]);
    if (one.exitCode === null && one.signalCode === null) {
      one.kill("SIGKILL");
      await gone(one);
    }
    code = one.exitCode ?? undefined;
    child = undefined;
  };
  return {
    name,
    start() {
      code = undefined;
      child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
      child.stdout?.on("data", keep);
      child.stderr?.on("data", keep);
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    output: () => output,
    exitCode: () => code,
    running: () => child !== undefined && child.exitCode === null && child.signalCode === null,
  };
}

/** @param what said where it fails, so a function of it may quote what a process has written by then */
export async function until(
  what: string | (() => string),
  timeoutMs: number,
  check: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    if (await check().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error(`${typeof what === "string" ? what : what()}: not within ${timeoutMs} ms`);
}

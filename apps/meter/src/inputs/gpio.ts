/**
 * Switch inputs on GPIO lines by `gpiomon` of libgpiod (Debian's package gpiod), as a child process: the old way through
 * /sys/class/gpio is gone from current kernels, and with it the npm packages that use it. It prints each edge as it comes.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Log } from "@csj/runtime";

export interface GpioInput {
  readonly name: string;
  readonly chip: string;
  readonly line: number;
  /** Level at which the cover is open. */
  readonly openWhen: "high" | "low";
}

export interface GpioListener {
  changed(name: string, open: boolean): void;
}

/** `gpiomon -F "%o %e"`-like lines: line number, then 1 for rising and 0 (v1) or 2 (v2) for falling, or the word. */
const EDGE = /^(\d+)\s+(rising|falling|[012])/;
const LINE_MAX = 4096;

export class GpioInputs {
  readonly #inputs: readonly GpioInput[];
  readonly #listener: GpioListener;
  readonly #log: Log;
  #children: ChildProcess[] = [];

  constructor(inputs: readonly GpioInput[], listener: GpioListener, log: Log) {
    this.#inputs = inputs;
    this.#listener = listener;
    this.#log = log;
  }

  /** One child for each chip. */
  start(): void {
    for (const chip of new Set(this.#inputs.map((input) => input.chip))) {
      this.#watch(
        chip,
        this.#inputs.filter((input) => input.chip === chip),
      );
    }
  }

  stop(): void {
    for (const child of this.#children) child.kill();
    this.#children = [];
  }

  #watch(chip: string, inputs: readonly GpioInput[]): void {
    const lines = inputs.map(({ line }) => String(line));
    const child = spawn("gpiomon", ["--format", "%o %e", chip, ...lines], { stdio: ["ignore", "pipe", "ignore"] });
    this.#children.push(child);
    let held = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const parts = (held + text).split("\n");
      held = (parts.pop() ?? "").slice(-LINE_MAX);
      for (const part of parts) this.#edge(part, inputs);
    });
    const gone = (reason: unknown) =>
      this.#log.error("switch inputs are not watched any more", { chip, reason: String(reason) });
    child.once("error", gone);
    child.once("exit", (code) => {
      if (this.#children.includes(child)) gone(`gpiomon ended with ${code}`);
    });
  }

  #edge(text: string, inputs: readonly GpioInput[]): void {
    const [, offset, edge] = EDGE.exec(text.trim()) ?? [];
    const input = inputs.find(({ line }) => String(line) === offset);
    if (input === undefined || edge === undefined) return;
    const isHigh = edge === "rising" || edge === "1";
    this.#listener.changed(input.name, isHigh === (input.openWhen === "high"));
  }
}

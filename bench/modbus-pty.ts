/**
 * The same line on a pty pair: here each client drives the port itself, and ours keeps the silence that the specification
 * asks of a master. Needs socat; without it there are no rows.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pty {
  readonly near: string;
  readonly far: string;
  close(): void;
}

/** Undefined where socat is missing. */
export async function openPty(): Promise<Pty | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "csj-bench-"));
  const [near, far] = [join(folder, "near"), join(folder, "far")];
  const end = (link: string): string => `pty,raw,echo=0,link=${link}`;
  const socat = spawn("socat", ["-d", "-d", end(near), end(far)], { stdio: ["ignore", "ignore", "pipe"] });
  const close = (): void => {
    socat.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  if (await starts(socat)) return { near, far, close };
  close();
  return undefined;
}

function starts(socat: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    let said = "";
    socat.once("error", () => resolve(false));
    socat.once("exit", () => resolve(false));
    socat.stderr?.on("data", (text: Buffer) => {
      said += text.toString();
      if (said.includes("starting data transfer loop")) resolve(true);
    });
  });
}

/** Programs from outside that some tests need. In CI they are all there, and a missing one fails instead of skipping. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** True where the program can be run; in CI always, so that nothing is skipped there. */
export function has(program: string): boolean {
  return process.env["CI"] === "true" || folders.some((folder) => existsSync(join(folder, program)));
}

export const hasLibmodbus = has("cc") && (process.env["CI"] === "true" || existsSync("/usr/include/modbus/modbus.h"));

/** Standard output of a program that ends by itself; `stdin` is closed. */
export function run(program: string, args: readonly string[]): Promise<{ stdout: string; code: number }> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { timeout: 10_000 }, (error, stdout) => {
      resolve({ stdout, code: typeof error?.code === "number" ? error.code : error === null ? 0 : 1 });
    });
    child.stdin?.end();
  });
}

/** A program that goes on until `stop`; resolves when it has written a line that matches. */
export async function start(program: string, args: readonly string[], ready: RegExp): Promise<Running> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const match = await new Promise<RegExpExecArray>((resolve, reject) => {
    let said = "";
    const listen = (text: Buffer): void => {
      said += text.toString();
      const found = ready.exec(said);
      if (found !== null) resolve(found);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`${program} ended early: ${said}`)));
  });
  return { match, stop: () => stop(child) };
}

export interface Running {
  readonly match: RegExpExecArray;
  stop(): Promise<void>;
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

export function compile(source: string, program: string, libraries: readonly string[]): void {
  execFileSync("cc", ["-O1", "-o", program, source, ...libraries], { stdio: "pipe" });
}

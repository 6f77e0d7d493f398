/**
 * The results of a long campaign as JSON lines, one a case, written as each ends: what was broken off goes on where it was.
 * A file belongs to one state of the code; after a change a new one is begun.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Pool, Task } from "./no-export-pool.ts";
import type { RunResult } from "./no-export-run.ts";

interface Line {
  readonly task: Task;
  readonly result: RunResult;
}

/** The pool, with what the file holds already taken from there. */
export function recorded(pool: Pool, file: string): Pool {
  const known = new Map(linesOf(file).map(({ task, result }) => [keyOf(task), result]));
  return {
    run: async (task) => {
      const before = known.get(keyOf(task));
      if (before !== undefined) return before;
      const result = await pool.run(task);
      const line: Line = { task, result };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      return result;
    },
    close: () => pool.close(),
  };
}

function keyOf({ site, faults, seed, seconds, standard }: Task): string {
  return JSON.stringify([site, faults.map(({ fault, on }) => [fault, on]), seed, seconds, standard ?? null]);
}

/** A last line that a kill has cut in two is closed off and run again; any other that cannot be read is an error. */
function linesOf(file: string): readonly Line[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  const cut = lines.pop() ?? "";
  if (cut !== "") appendFileSync(file, "\n");
  return lines.flatMap((line, index) => read(line, index, file));
}

/** An empty line, or half a line, is what an earlier kill has left. */
function read(line: string, index: number, file: string): readonly Line[] {
  try {
    const { task, result } = JSON.parse(line) as Line;
    return typeof task.site === "string" && Array.isArray(result.over) ? [{ task, result }] : [];
  } catch {
    if (index === 0 && line !== "") throw new Error(`${file} is not a campaign's file`);
    return [];
  }
}

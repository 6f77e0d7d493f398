/**
 * Runs one bench: a table for people, or with --json one object for machines on stdout; messages go to stderr. Every
 * bench gives the same rows, so that a change of a figure can be followed over commits.
 */
import { existsSync, readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Bench, Row } from "./bench.ts";

const EXIT_USAGE = 2;
/** Modules of this folder that are no bench, beside those that are named after one (`modbus-load` of `modbus`). */
const helpers = new Set(["main", "bench"]);

function names(): string[] {
  const files = readdirSync(new URL(".", import.meta.url)).filter((file) => file.endsWith(".js"));
  const modules = files.map((file) => file.slice(0, -3));
  return modules.filter((name) => !helpers.has(name) && !modules.some((other) => name.startsWith(`${other}-`)));
}

function usage(what: string): number {
  const list = names().map((name) => `  ${name}`);
  process.stderr.write(
    `${what}\nUsage: npm run bench -- NAME [--full] [--json] [--data FOLDER]\nBenches:\n${list.join("\n")}\n`,
  );
  return EXIT_USAGE;
}

function table(rows: readonly Row[]): string {
  const head = ["case", "metric", "subject", "value", "unit"];
  const lines = rows.map(({ case: kind, metric, subject, value, unit }) => [kind, metric, subject, shown(value), unit]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)));
  const pad = (line: readonly string[]): string =>
    line
      .map((cell, column) => (column === 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join("  ");
  return [head, ...lines].map((line) => pad(line).trimEnd()).join("\n");
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en") : value.toFixed(3);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      full: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      data: { type: "string" },
      week: { type: "boolean", default: false },
    },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) return usage("Name one bench.");
  if (!names().includes(name) || !existsSync(new URL(`./${name}.js`, import.meta.url))) {
    return usage(`There is no bench "${name}".`);
  }
  const bench = ((await import(`./${name}.js`)) as { default: Bench }).default;
  const rows = await bench({
    full: values.full,
    data: values.data,
    week: values.week,
    progress: (text) => void process.stderr.write(`${text}\n`),
  });
  process.stdout.write(values.json ? `${JSON.stringify({ bench: name, rows })}\n` : `${table(rows)}\n`);
  return 0;
}

// A bench that failed may have left a child or a socket behind; none of them may keep the process.
process.exit(
  await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }),
);

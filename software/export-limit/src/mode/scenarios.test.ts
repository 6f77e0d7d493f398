/** One life of a site under each standard, as a table that an electrician can read and an operator can object to. */
import { readFileSync } from "node:fs";
import { Millis, Watts } from "@csj/quantity";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { parseStandard } from "../standard/standard.ts";
import { advance, initialMode } from "./advance.ts";
import { fromDurable, toDurable } from "./durable.ts";
import type { ModeFacts, Verdict } from "./mode.ts";

const words: Readonly<Record<string, Partial<ModeFacts>>> = {
  good: {},
  "meter silent": { input: "meter-unavailable", over: undefined },
  "inverter deaf": { units: ["disobeys"] },
  "local stop": { stopped: true },
  maintenance: { maintenance: Watts(1_000), over: Watts(5_000) },
};

/** `12 s over 300 W`, `5 s good`, `power cut`. */
function factsOf(line: string): Partial<ModeFacts> {
  const over = /over (\d+) W/.exec(line);
  return over === null ? (words[line.replace(/^\d+ s /, "")] as Partial<ModeFacts>) : { over: Watts(Number(over[1])) };
}

function shown({ mode, reason, ceiling, disconnect, excursions }: Verdict): string {
  const limit = ceiling === undefined ? "the law's" : `${ceiling} W`;
  return `${mode} | ${reason} | ${limit} | ${disconnect ? "open" : "closed"} | ${excursions}`;
}

/** The lines in which anything changes. */
function lived(id: string, allowed: number, safe: number, life: readonly string[]): readonly string[] {
  const file = new URL(`../../standards/${id}.yaml`, import.meta.url);
  const standard = parseStandard(parse(readFileSync(file, "utf8")));
  const usual = { input: "good", over: Watts(-500), allowed: Watts(allowed), rated: Watts(10_000) } as const;
  const rest = { units: ["ok"], probe: "none", stopped: false, maintenance: undefined, reset: false } as const;
  const table: string[] = [];
  let [state, second, before] = [initialMode(), 0, ""];
  for (const line of life) {
    if (line === "power cut") {
      state = fromDurable(JSON.parse(JSON.stringify(toDurable(state))), standard);
      continue;
    }
    for (let left = Number(/^\d+/.exec(line)?.[0]); left > 0; left -= 1) {
      second += 1;
      const facts = { ...usual, safeLimit: Watts(safe), ...rest, ...factsOf(line), now: Millis(second * 1_000) };
      const done = advance(state, facts as ModeFacts, standard);
      state = done.state;
      const now = shown(done.verdict);
      if (now !== before) table.push(`${second} s | ${line.replace(/^\d+ s /, "")} | ${now}`);
      before = now;
    }
  }
  return table;
}

// second | what happens | state | reason | most that may be commanded | relay | counted excursions
it.each([
  [
    "zero",
    0,
    1_500,
    ["5 s good", "12 s over 300 W", "5 s good", "30 s over 300 W", "15 s good", "1 s meter silent", "15 s good"],
    [
      "1 s | good | normal | good | the law's | closed | 0",
      "35 s | over 300 W | failsafe | export-over | 0 W | open | 0",
      "63 s | good | normal | good | the law's | closed | 0",
      "68 s | meter silent | failsafe | meter-unavailable | 1500 W | closed | 0",
      "79 s | good | normal | good | the law's | closed | 0",
    ],
  ],
  [
    "g100",
    0,
    0,
    [
      "5 s good",
      "8 s over 300 W",
      "9 s good",
      "8 s over 300 W",
      "9 s good",
      "8 s over 300 W",
      "power cut",
      "14500 s good",
    ],
    [
      "1 s | good | normal | good | the law's | closed | 0",
      "12 s | over 300 W | normal | good | the law's | closed | 1",
      "29 s | over 300 W | normal | good | the law's | closed | 2",
      "46 s | over 300 W | lockout | excursions | 0 W | open | 0",
      "14447 s | good | failsafe | lockout-over | 0 W | closed | 0",
      "14458 s | good | normal | good | the law's | closed | 0",
    ],
  ],
  [
    "g100",
    0,
    0,
    ["5 s good", "70 s over 300 W", "20 s good", "20 s maintenance", "5 s good"],
    [
      "1 s | good | normal | good | the law's | closed | 0",
      "12 s | over 300 W | normal | good | the law's | closed | 1",
      "66 s | over 300 W | failsafe | export-over | 0 W | open | 1",
      "86 s | good | normal | good | the law's | closed | 1",
      "96 s | maintenance | normal | good | 1000 W | closed | 1",
      "116 s | good | normal | good | the law's | closed | 1",
    ],
  ],
  [
    "as4777",
    0,
    1_500,
    ["5 s good", "20 s over 500 W", "15 s good", "10 s over 1500 W", "15 s good"],
    [
      "1 s | good | normal | good | the law's | closed | 0",
      "21 s | over 500 W | failsafe | export-over | 0 W | closed | 0",
      "36 s | good | normal | good | the law's | closed | 0",
      "46 s | over 1500 W | failsafe | export-over | 0 W | open | 0",
    ],
  ],
  [
    "vde-4105",
    6_000,
    0,
    ["5 s good", "12 s over 150 W", "15 s good", "5 s over 500 W", "45 s good", "2 s over 4500 W"],
    [
      "1 s | good | normal | good | the law's | closed | 0",
      "16 s | over 150 W | failsafe | export-over | 0 W | open | 0",
      "28 s | good | normal | good | the law's | closed | 0",
      "36 s | over 500 W | failsafe | export-over | 0 W | open | 0",
      "78 s | good | normal | good | the law's | closed | 0",
      "84 s | over 4500 W | failsafe | export-over | 0 W | open | 0",
    ],
  ],
  [
    "ul1741-pcs",
    5_000,
    0,
    ["5 s good", "29 s over 600 W", "2 s good", "35 s over 600 W", "12 s good", "3 s local stop", "2 s good"],
    [
      "1 s | good | normal | good | the law's | closed | 0",
      "67 s | over 600 W | failsafe | export-over | 0 W | closed | 0",
      "82 s | good | normal | good | the law's | closed | 0",
      "84 s | local stop | normal | good | 0 W | open | 0",
      "87 s | good | normal | good | the law's | closed | 0",
    ],
  ],
] as const)("%s, %d W allowed, safe limit %d W", (id, allowed, safe, life, table) => {
  expect(lived(id, allowed, safe, life)).toEqual(table);
});

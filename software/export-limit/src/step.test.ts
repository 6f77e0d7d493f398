import { Millis, Watts } from "@csj/quantity";
import { expect, test } from "vitest";
import type { Config, Image, Timed } from "./control.ts";
import { contextOf, sentence } from "./sentence.ts";
import { initialState, type State } from "./state.ts";
import { ageOf, step } from "./step.ts";
import { config } from "./test/plant.ts";

/**
 * One row per cycle: `tick 1s | grid -800 W | pv 3000 W | limit 2200 W | reason following-load`. `none` is a device that
 * did not answer; `@2.5s` is the sample's own time where it is not the cycle's.
 */
function play(table: string, settings: Config, limitBefore?: number): void {
  let state = initialState();
  if (limitBefore !== undefined) state = { ...state, last: { limit: Watts(limitBefore), reason: "rising" } };
  let now = 0;
  for (const row of table.trim().split("\n")) {
    const cells = new Map(row.split("|").map((cell) => cell.trim().split(/ (.*)/) as [string, string]));
    now += 1000 * number(cells.get("tick"));
    const image: Image = { now: Millis(now), grid: sample(cells.get("grid"), now), pv: sample(cells.get("pv"), now) };
    const done = step(state, image, settings);
    state = done.state;
    const limit = Math.round(done.decision.limit);
    expect(`${row.trim().split(" | limit")[0]} | limit ${limit} W | reason ${done.decision.reason}`).toBe(row.trim());
  }
}

function number(text: string | undefined): number {
  return Number.parseFloat(text ?? "");
}

function sample(text: string | undefined, now: number): Timed | undefined {
  if (text === undefined || text === "none") return undefined;
  const at = text.includes("@") ? number(text.split("@")[1]) * 1000 : now;
  return { watts: Watts(number(text)), at: Millis(at) };
}

test("the limit rises slowly from the safe limit and then follows the load", () => {
  play(
    `
    tick 0s | grid 2600 W | pv 400 W | limit 0 W | reason rising
    tick 1s | grid 2600 W | pv 400 W | limit 200 W | reason rising
    tick 1s | grid 2400 W | pv 600 W | limit 400 W | reason rising
    tick 1s | grid 2200 W | pv 800 W | limit 600 W | reason rising
    tick 1s | grid -800 W | pv 1000 W | limit 200 W | reason following-load
    tick 1s | grid 0 W | pv 200 W | limit 200 W | reason following-load
    `,
    config(),
  );
});

test("a load that drops brings the limit down at once, and a load that rises brings it up slowly", () => {
  play(
    `
    tick 1s | grid 4000 W | pv 0 W | limit 4000 W | reason not-limiting
    tick 1s | grid 0 W | pv 4000 W | limit 4000 W | reason following-load
    tick 1s | grid -3000 W | pv 4000 W | limit 1000 W | reason following-load
    tick 1s | grid 3000 W | pv 1000 W | limit 1200 W | reason rising
    `,
    config({ safeLimit: 4000 }),
  );
});

test("the last bit of a rise is approached ever more slowly", () => {
  play(
    `
    tick 1s | grid 0 W | pv 1000 W | limit 1000 W | reason following-load
    tick 1s | grid 300 W | pv 1000 W | limit 1100 W | reason rising
    tick 1s | grid 200 W | pv 1100 W | limit 1167 W | reason rising
    tick 1s | grid 133 W | pv 1167 W | limit 1211 W | reason following-load
    `,
    config(),
    1000,
  );
});

test("allowed export is added and the margin is taken off", () => {
  play(
    `
    tick 1s | grid -1000 W | pv 3000 W | limit 2900 W | reason following-load
    `,
    config({ safeLimit: 3000, allowedExport: 1000, margin: 100 }),
  );
});

test("a missing sample holds the limit until it is stale, then the limit is the safe one, then it rises slowly", () => {
  play(
    `
    tick 1s | grid 0 W | pv 2000 W | limit 2000 W | reason following-load
    tick 1s | grid none | pv 2100 W | limit 2000 W | reason following-load
    tick 1s | grid none | pv 1900 W | limit 1900 W | reason following-load
    tick 1s | grid none | pv 1900 W | limit 1900 W | reason following-load
    tick 1s | grid none | pv 1900 W | limit 500 W | reason meter-unavailable
    tick 1s | grid 1000 W | pv 500 W | limit 700 W | reason rising
    tick 1s | grid 800 W | pv 700 W | limit 900 W | reason rising
    tick 4s | grid 1000 W | pv none | limit 500 W | reason pv-unavailable
    tick 5s | grid 1500 W@12s | pv 0 W | limit 500 W | reason meter-stale
    tick 5s | grid 1500 W | pv 0 W@17s | limit 500 W | reason pv-stale
    `,
    config({ safeLimit: 500 }),
    2000,
  );
});

test("the safe limit is reached slowly from below", () => {
  play(
    `
    tick 1s | grid -600 W | pv 600 W | limit 0 W | reason following-load
    tick 4s | grid none | pv 0 W | limit 500 W | reason meter-unavailable
    tick 1s | grid 50 W | pv 450 W | limit 500 W | reason following-load
    `,
    config({ safeLimit: 500 }),
  );
});

test("until the first pair was seen the reason is that it starts, and after a while what is missing", () => {
  play(
    `
    tick 1s | grid none | pv none | limit 500 W | reason starting
    tick 1s | grid 900 W | pv none | limit 500 W | reason starting
    tick 3s | grid 900 W | pv none | limit 500 W | reason pv-unavailable
    tick 1s | grid 900 W | pv 100 W | limit 667 W | reason rising
    `,
    config({ safeLimit: 500 }),
  );
});

test("nothing is judged before an inverter has said its rating", () => {
  play("tick 1s | grid 900 W | pv 3000 W | limit 0 W | reason starting", config({ rated: 0, safeLimit: 500 }));
});

test("samples that are never near one another are not one picture", () => {
  play(
    `
    tick 3s | grid 900 W@1s | pv 100 W@3s | limit 0 W | reason starting
    tick 4s | grid 900 W@5s | pv 100 W@7s | limit 0 W | reason skewed
    `,
    config(),
  );
});

test("PV samples that are two seconds old are paired with the grid samples of their own time", () => {
  play(
    `
    tick 1s | grid -1000 W | pv none | limit 3000 W | reason starting
    tick 1s | grid -500 W | pv none | limit 3000 W | reason starting
    tick 1s | grid 0 W | pv 3000 W@1s | limit 2000 W | reason following-load
    tick 1s | grid 0 W | pv 2500 W@2s | limit 2000 W | reason following-load
    `,
    config({ safeLimit: 3000 }),
  );
});

test("what cannot be real gives the safe limit", () => {
  play(
    `
    tick 1s | grid 0 W | pv 3000 W | limit 3000 W | reason following-load
    tick 1s | grid 100001 W | pv 3000 W | limit 500 W | reason implausible
    tick 1s | grid 0 W | pv 12501 W | limit 500 W | reason implausible
    tick 1s | grid 0 W | pv -1001 W | limit 0 W | reason implausible
    tick 1s | grid NaN | pv 3000 W | limit 200 W | reason implausible
    tick 1s | grid -Infinity | pv 3000 W | limit 0 W | reason implausible
    tick 1s | grid Infinity | pv 3000 W | limit 200 W | reason implausible
    tick 1s | grid 0 W@9s | pv 3000 W | limit 400 W | reason implausible
    `,
    config({ safeLimit: 500 }),
    3000,
  );
});

test("a pause of the program gives no credit to rise", () => {
  play(
    `
    tick 1s | grid 5000 W | pv 0 W | limit 0 W | reason rising
    tick 600s | grid 5000 W | pv 0 W | limit 600 W | reason rising
    `,
    config(),
  );
});

test("the age of the decision's input is that of its older sample", () => {
  const image = { now: Millis(5000), grid: sample("1 W@4s", 0), pv: sample("1 W@3s", 0) };
  expect(ageOf(initialState(), Millis(1))).toBeUndefined();
  expect(ageOf(step(initialState(), image, config()).state, Millis(6000))).toBe(3000);
});

function said(images: readonly Image[], settings: Config): string {
  let state: State = initialState();
  let text = "";
  for (const image of images) {
    const done = step(state, image, settings);
    state = done.state;
    text = sentence(done.decision, contextOf(state, image, settings));
  }
  return text;
}

const at = (seconds: number, grid?: number, pv?: number): Image => ({
  now: Millis(seconds * 1000),
  grid: grid === undefined ? undefined : sample(`${grid} W`, seconds * 1000),
  pv: pv === undefined ? undefined : sample(`${pv} W`, seconds * 1000),
});

test("each reason is a sentence", () => {
  const held = config({ safeLimit: 2100 });
  expect(said([at(1, 0, 2100)], held)).toBe("Held at 2.1 kW: the home uses 2.1 kW and nothing may be exported.");
  const allowed = config({ safeLimit: 4000, allowedExport: 1000, margin: 60 });
  expect(said([at(1, -900, 3000)], allowed)).toBe(
    "Held at 3.0 kW: the home uses 2.1 kW, 1.0 kW may be exported and 60 W is kept back against meter error.",
  );
  expect(said([at(1, 2100, 0)], config())).toBe(
    "On its way up, now 0 kW: the home uses 2.1 kW and nothing may be exported.",
  );
  expect(said([at(1, 2100, 0)], held)).toBe("Not held back: the sun gives nothing and the home uses 2.1 kW.");
  expect(said([at(1)], held)).toBe("Waiting for the first readings: the inverter is at its safe limit of 2.1 kW.");
  expect(said([at(1, 100, 900), at(6, undefined, 900)], config())).toBe(
    "No reading from the meter for 5 s: the inverter is at its safe limit of 0 kW.",
  );
  expect(said([at(1, 100, 900), at(200, 100)], config())).toBe(
    "No reading of the solar output for 3 min: the inverter is at its safe limit of 0 kW.",
  );
  expect(said([at(1, 100, 900), at(30_000, 100)], config())).toMatch(/^No reading of the solar output for 8 h: /);
  expect(said([at(1, 0, 2100), at(2, Number.NaN, 2100)], held)).toBe(
    "The readings cannot be right: the inverter is at its safe limit of 2.1 kW.",
  );
});

import { describe, expect, it } from "vitest";
import type { Live } from "../api/shapes.ts";
import { makeStreet } from "../test/fixture-street.ts";
import { columnsOf, historyWords, minuteRows, POINTS, withPicture } from "./history.ts";

const history = {
  at: [60_000, 61_000, 120_000],
  grid_w: [10, null, -30],
  pv_w: [100, 110, 120],
  limit_w: [5000, 500, 500],
};
const live = makeStreet().tick()[0] as Live;

describe("the last hour", () => {
  it("works the home out only where grid and solar are both there", () => {
    expect(columnsOf(history).home).toEqual([110, null, 90]);
  });

  it("grows by newer pictures only and keeps an hour", () => {
    let columns = columnsOf(history);
    columns = withPicture(columns, { ...live, at: new Date(121_000).toISOString() });
    expect(columns.at).toHaveLength(4);
    expect(withPicture(columns, { ...live, at: new Date(121_000).toISOString() })).toBe(columns);
    expect(withPicture(columns, { ...live, at: null })).toBe(columns);
    for (let at = 200; at < 200 + POINTS + 10; at++)
      columns = withPicture(columns, { ...live, at: new Date(at * 1000).toISOString() });
    expect(columns.at).toHaveLength(POINTS);
  });

  it("is said in words", () => {
    expect(historyWords(columnsOf(history), 5000)).toBe(
      "In this hour at most 30 W went to the grid, at most 10 W came from it, the sun gave up to 120 W, and the limit was below the rating 67 % of the time.",
    );
  });

  it("has a table of minutes, newest first, that skips what was not read", () => {
    expect(minuteRows(columnsOf(history)).map(({ at, grid, pv }) => [at, grid, pv])).toEqual([
      [120_000, -30, 120],
      [60_000, 10, 105],
    ]);
  });
});

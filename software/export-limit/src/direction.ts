/**
 * Which way round the grid meter is wired, told from the site itself. When the output moves by d, the grid reading moves
 * by -d; with a current transformer turned round it moves by +d, and the law then takes export for load and raises the
 * limit to the rating. And nothing can be exported while nothing is generated.
 */
import type { Millis } from "@csj/quantity";
import type { Config, Timed } from "./control.ts";
import { patience } from "./excess.ts";

/** The output must move by this share of the rating for its move to be a vote. */
const VOTE_MOVE = 0.02;

/** A vote is one whose grid move is the output's, either way, within this share; a load that switches spoils it. */
const VOTE_WITHIN = 0.5;

/**
 * Votes in a row and in one direction, since a swing between late readings can look like anything. At 2 %/s the limit has
 * risen by 8 % of the rating by then.
 */
const VOTES_NEEDED = 4;

/** Output below this share of the rating is none; an inverter's own use is less. */
const NOTHING = 0.01;

/** Grid power beyond this share of the rating is import or export and not noise. */
const SOMETHING = 0.005;

export interface Direction {
  readonly from: { readonly grid: number; readonly pv: number; readonly at: Millis } | undefined;
  readonly votes: number;
  /** Sign of the output's last move. */
  readonly heading: number;
  /** Since when the meter has shown the same sign while nothing was generated. */
  readonly dark: { readonly sign: number; readonly since: Millis } | undefined;
  readonly reversed: boolean;
}

export const unknownDirection: Direction = { from: undefined, votes: 0, heading: 0, dark: undefined, reversed: false };

export function watchDirection(before: Direction, grid: Timed, pv: Timed, config: Config): Direction {
  const dark = inTheDark(before.dark, grid, pv, config);
  if (dark !== undefined && grid.at - dark.since > patience(config)) {
    return { ...unknownDirection, votes: dark.sign < 0 ? VOTES_NEEDED : 0, dark, reversed: dark.sign < 0 };
  }
  return { ...counted(before, grid, pv, config), dark };
}

function inTheDark(before: Direction["dark"], grid: Timed, pv: Timed, config: Config): Direction["dark"] {
  if (pv.watts > NOTHING * config.rated || Math.abs(grid.watts) < SOMETHING * config.rated) return undefined;
  const sign = Math.sign(grid.watts);
  return before?.sign === sign ? before : { sign, since: grid.at };
}

function counted(before: Direction, grid: Timed, pv: Timed, config: Config): Direction {
  const here = { grid: grid.watts, pv: pv.watts, at: grid.at };
  const { from } = before;
  if (from === undefined || here.at - from.at > config.staleAfter) return { ...before, from: here };
  const moved = here.pv - from.pv;
  if (Math.abs(moved) < VOTE_MOVE * config.rated) return before;
  const heading = Math.sign(moved);
  const turned = !before.reversed && heading !== before.heading;
  const counts = (turned ? 0 : before.votes) + vote(moved, here.grid - from.grid);
  const votes = Math.min(VOTES_NEEDED, Math.max(0, counts));
  const reversed = votes >= VOTES_NEEDED || (before.reversed && votes > 0);
  return { ...before, from: here, votes, heading, reversed };
}

function vote(output: number, grid: number): number {
  const band = VOTE_WITHIN * Math.abs(output);
  if (Math.abs(grid - output) <= band) return 1;
  return Math.abs(grid + output) <= band ? -2 : 0;
}

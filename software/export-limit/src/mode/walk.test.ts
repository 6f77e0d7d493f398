/**
 * Every state that can be reached, by breadth: all kinds of cycles, at short and long distances, with a loss of power
 * between any two. Times are taken in buckets, so the walk ends.
 */
import { readFileSync } from "node:fs";
import { Millis, Watts } from "@csj/quantity";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseStandard, type Standard } from "../standard/standard.ts";
import { advance, initialMode } from "./advance.ts";
import { fromDurable, toDurable } from "./durable.ts";
import { DISOBEYED_MAX } from "./failure.ts";
import type { ModeFacts, ModeState, UnitTrouble, Verdict } from "./mode.ts";

const folder = new URL("../../standards/", import.meta.url);
const standardOf = (id: string): Standard =>
  shortened(parseStandard(parse(readFileSync(new URL(`${id}.yaml`, folder), "utf8"))));

/** Hours become minutes, so that a lockout ends within the walk; nothing else of the rules changes. */
function shortened(standard: Standard): Standard {
  const { excursions } = standard;
  if (excursions === undefined) return standard;
  const figure = (value: number) => ({ value, clause: "shortened", source: "this test", verified: true });
  return { ...standard, excursions: { ...excursions, window_h: figure(0.05), lockout_h: figure(0.02) } };
}

const rated = Watts(10_000);
const quiet: ModeFacts = {
  now: Millis(0),
  input: "good",
  over: Watts(-500),
  allowed: Watts(0),
  rated,
  safeLimit: Watts(0),
  units: ["ok", "ok"],
  probe: "none",
  stopped: false,
  maintenance: undefined,
  reset: false,
};
const changes: readonly Partial<ModeFacts>[] = [
  {},
  { over: Watts(5_000) },
  { input: "held", over: undefined },
  { input: "meter-stale", over: undefined },
  { input: "implausible", over: Watts(5_000) },
  ...(["unreachable", "disobeys", "restarted", "foreign"] as UnitTrouble[]).map((one) => ({
    units: ["ok", one] as const,
  })),
  { units: ["unreachable", "unreachable"] },
  { units: ["asleep", "unreachable"] },
  { probe: "failed" as const },
  { stopped: true },
  { maintenance: Watts(1_000) },
  { maintenance: Watts(1_000), over: Watts(5_000) },
  { reset: true },
  { over: Watts(Number.NaN) },
];
const steps = [1_000, 30_000];

interface Node {
  readonly state: ModeState;
  readonly now: number;
}

/** What the walk takes two states to be the same by. */
function bucket({ state, now }: Node): string {
  const since = (at: number | undefined) => (at === undefined ? "-" : Math.min(12, Math.round((now - at) / 5_000)));
  const { mode, reason, starting, disconnect, sticky, strikes, counted, lockoutLeft, excursion, disobeyed } = state;
  return JSON.stringify([
    ...[
      mode,
      reason,
      starting,
      disconnect,
      sticky,
      strikes,
      Math.ceil(state.graceLeft / 150_000),
      counted.length,
      // Below the last but one they differ in nothing but their number, and what is counted is said by the reason.
      disobeyed.length >= DISOBEYED_MAX - 1,
      Math.ceil(lockoutLeft / 30_000),
    ],
    ...[since(state.goodSince), since(state.heldSince), ...state.tripSince.map(since)],
    ...[since(excursion?.began), excursion?.counted, excursion?.maintenance],
  ]);
}

interface Edge {
  readonly from: Node;
  readonly facts: ModeFacts;
  readonly to: ModeState;
  readonly verdict: Verdict;
}

function walk(standard: Standard): { readonly edges: number; readonly nodes: readonly Node[] } {
  const first: Node = { state: initialMode(), now: 0 };
  const seen = new Map([[bucket(first), first]]);
  const queue = [first];
  let edges = 0;
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    for (const edge of edgesOf(node, standard)) {
      edges += 1;
      check(edge, standard);
      const next: Node = { state: edge.to, now: edge.facts.now };
      const key = bucket(next);
      if (seen.has(key)) continue;
      seen.set(key, next);
      queue.push(next);
    }
  }
  return { edges, nodes: [...seen.values()] };
}

function* edgesOf(node: Node, standard: Standard): Generator<Edge> {
  const restarted: Node = { state: fromDurable(JSON.parse(JSON.stringify(toDurable(node.state))), standard), now: 0 };
  for (const from of [node, restarted]) {
    for (const change of changes) {
      for (const step of steps) {
        const facts = { ...quiet, ...change, now: Millis(from.now + step) };
        const { state, verdict } = advance(from.state, facts, standard);
        yield { from, facts, to: state, verdict };
      }
    }
  }
}

function check({ from, facts, to, verdict }: Edge, standard: Standard): void {
  const what = () => JSON.stringify({ from, facts, to, verdict });
  const held = (mode: string) => mode === "failsafe" || mode === "lockout";
  if (held(to.mode) && !(verdict.ceiling !== undefined && verdict.ceiling <= facts.safeLimit)) throw new Error(what());
  if (to.mode === "lockout" && !(verdict.ceiling === 0 && verdict.disconnect)) throw new Error(what());
  if (facts.stopped && verdict.ceiling !== 0) throw new Error(what());
  if (facts.maintenance !== undefined && !(verdict.ceiling !== undefined && verdict.ceiling <= facts.maintenance)) {
    throw new Error(what());
  }
  if (!held(from.state.mode) || held(to.mode)) return;
  // Out of a held state: only by the release rule.
  const release = standard.failsafe.release_after_s.value * 1000;
  const waited = from.state.goodSince !== undefined && facts.now - from.state.goodSince >= release;
  const fair =
    facts.input === "good" &&
    from.state.mode === "failsafe" &&
    (waited || from.state.starting) &&
    (!from.state.sticky || facts.reset);
  if (!fair) throw new Error(what());
}

describe.each(["zero", "g100", "as4777", "vde-4105", "ul1741-pcs"])("under %s", (id) => {
  const standard = standardOf(id);
  const { nodes, edges } = walk(standard);

  it("no way leads out of failsafe or lockout but the release rule, and a held site is never above its safe limit", () => {
    expect(nodes.length).toBeGreaterThan(600);
    expect(edges).toBe(nodes.length * changes.length * steps.length * 2);
    expect(new Set(nodes.map(({ state }) => state.mode)).size).toBe(standard.excursions === undefined ? 3 : 4);
  });

  it("every reachable state comes back to normal when all is good and a person has looked", () => {
    for (const node of nodes) {
      let { state } = node;
      // What went over again and again waits for an hour.
      for (let cycle = 1; cycle < 1_000 && state.mode !== "normal"; cycle += 1) {
        const facts = { ...quiet, now: Millis(node.now + cycle * 5_000), reset: cycle % 3 === 0 };
        state = advance(state, facts, standard).state;
      }
      expect(state.mode, bucket(node)).toBe("normal");
    }
  });

  it("a loss of power never leaves a site freer than it was", () => {
    for (const { state } of nodes) {
      const after = fromDurable(JSON.parse(JSON.stringify(toDurable(state))), standard);
      expect(["failsafe", "lockout"]).toContain(after.mode);
      if (state.mode === "lockout") expect(after.mode).toBe("lockout");
      expect(after.lockoutLeft).toBe(state.lockoutLeft);
      expect(after.counted.length).toBeGreaterThanOrEqual(state.counted.length);
      if (state.mode === "failsafe" && !state.starting)
        expect([after.sticky, after.starting]).toEqual([state.sticky, false]);
    }
  });
});

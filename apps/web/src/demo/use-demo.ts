/**
 * What a demo says of itself. Elsewhere the path does not exist, and then no part of the demo is shown; where nothing is
 * simulated it is not even asked for.
 */
import type { Demo, Site } from "../api/shapes.ts";
import { useAnswer } from "../api/use-answer.ts";

const EVERY_MS = 5_000;

export function useDemo(sites: readonly Site[]): Demo | undefined {
  const path = sites.some(({ simulated }) => simulated) ? "/api/v1/demo" : undefined;
  const answer = useAnswer<Demo>(path, { every: EVERY_MS });
  return answer.state === "ready" ? answer.value : undefined;
}

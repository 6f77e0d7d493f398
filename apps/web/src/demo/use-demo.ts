/**
 * What a demo says of itself. Elsewhere the path does not exist, so it is asked for only where the list of sites says that
 * this is a demo.
 */
import type { Demo } from "../api/shapes.ts";
import { useAnswer } from "../api/use-answer.ts";

const EVERY_MS = 2_000;

export function useDemo(inDemo: boolean): Demo | undefined {
  const path = inDemo ? "/api/v1/demo" : undefined;
  const answer = useAnswer<Demo>(path, { every: EVERY_MS });
  return answer.state === "ready" ? answer.value : undefined;
}

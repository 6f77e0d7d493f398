/** What a demo says of itself. Elsewhere the path does not exist, and then no part of the demo is shown. */
import type { Demo } from "../api/shapes.ts";
import { useAnswer } from "../api/use-answer.ts";

const EVERY_MS = 5_000;

export function useDemo(): Demo | undefined {
  const answer = useAnswer<Demo>("/api/v1/demo", { every: EVERY_MS });
  return answer.state === "ready" ? answer.value : undefined;
}

/** A view's one request: loading, then the answer, a saved answer with its age, or a problem. */
import { useEffect, useRef, useState } from "preact/hooks";
import { getJson, type Problem } from "./get.ts";
import { save, saved } from "./saved.ts";

export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly value: T }
  /** The server does not answer; this is what it said at `savedAt`. */
  | { readonly state: "saved"; readonly value: T; readonly savedAt: number }
  | { readonly state: "failed"; readonly problem: Problem };

export interface Options {
  /** Asked again this often while the page is visible. */
  readonly every?: number | undefined;
  readonly keep?: boolean;
}

const RETRY_MS = 5_000;

/** Without a path nothing is asked. */
export function useAnswer<T>(
  path: string | undefined,
  { every, keep = false }: Options = {},
): Loaded<T> & { again: () => void } {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  const shown = useRef("");

  useEffect(() => {
    if (path === undefined) return;
    const asked = path;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    if (shown.current !== asked) setLoaded({ state: "loading" });

    async function load(): Promise<void> {
      const unseen = document.visibilityState === "hidden" && shown.current === asked;
      const next = unseen ? undefined : await answerOf<T>(asked, keep);
      if (gone) return;
      if (next !== undefined) {
        shown.current = asked;
        setLoaded(next);
      }
      const wait = next === undefined ? (every ?? RETRY_MS) : next.state === "ready" ? every : retryAfter(next);
      if (wait !== undefined) timer = setTimeout(load, wait);
    }

    void load();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [path, every, keep, turn]);

  return { ...loaded, again: () => setTurn((count) => count + 1) };
}

function retryAfter<T>(loaded: Loaded<T>): number | undefined {
  return loaded.state === "failed" && loaded.problem.kind !== "offline" ? undefined : RETRY_MS;
}

async function answerOf<T>(path: string, keep: boolean): Promise<Loaded<T>> {
  const answer = await getJson<T>(path);
  if (answer.ok) {
    if (keep) save(path, answer.value, Date.now());
    return { state: "ready", value: answer.value };
  }
  const old = keep && answer.problem.kind === "offline" ? saved<T>(path) : undefined;
  return old === undefined ? { state: "failed", problem: answer.problem } : { state: "saved", ...old };
}

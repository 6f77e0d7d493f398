/**
 * The live picture, by server-sent events. EventSource reconnects after a broken connection but gives up for good after
 * an answer that is not 200 (a server that is just starting), so the second case is ours.
 */
import type { Live } from "./shapes.ts";

export type StreamState = "connecting" | "open" | "broken";

export interface LiveStream {
  close(): void;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;

export function openLiveStream(
  path: string,
  onLive: (live: Live) => void,
  onState: (state: StreamState) => void,
): LiveStream {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;

  function connect(): void {
    source = new EventSource(path);
    source.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      onState("open");
    });
    source.addEventListener("live", (event) => {
      const live = parse(event.data);
      if (live !== undefined) onLive(live);
    });
    source.addEventListener("error", () => {
      onState("broken");
      if (source?.readyState === EventSource.CLOSED) again();
    });
  }

  function again(): void {
    source?.close();
    timer = setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  onState("connecting");
  connect();
  return {
    close: () => {
      clearTimeout(timer);
      source?.close();
    },
  };
}

function parse(text: unknown): Live | undefined {
  try {
    const live = JSON.parse(String(text)) as Live;
    return live.kind === "live" ? live : undefined;
  } catch {
    return undefined;
  }
}

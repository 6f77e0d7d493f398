/** The latest picture of each site from one stream. Many pictures cause few drawings, however fast a simulated street runs. */
import { useEffect, useState } from "preact/hooks";
import { openLiveStream, type StreamState } from "../api/live-stream.ts";
import type { Live } from "../api/shapes.ts";

export interface Seen {
  readonly live: Live;
  /** On this device's clock. */
  readonly receivedAt: number;
  /** False for the picture that a stream opens with, which may be an old one. */
  readonly moving: boolean;
}

export interface LivePictures {
  readonly stream: StreamState;
  readonly sites: ReadonlyMap<string, Seen>;
}

const DRAW_MS = 250;
const FIRST_DRAW_MS = 16;

export function useLive(path: string): LivePictures {
  const [pictures, setPictures] = useState<LivePictures>({ stream: "connecting", sites: new Map() });

  useEffect(() => {
    const sites = new Map<string, Seen>();
    let stream: StreamState = "connecting";
    let drawn = false;
    let waiting: ReturnType<typeof setTimeout> | undefined;

    function draw(): void {
      waiting ??= setTimeout(
        () => {
          waiting = undefined;
          drawn = sites.size > 0;
          setPictures({ stream, sites: new Map(sites) });
        },
        drawn ? DRAW_MS : FIRST_DRAW_MS,
      );
    }

    const source = openLiveStream(
      path,
      (live) => {
        sites.set(live.site, seenAfter(sites.get(live.site), live, Date.now()));
        draw();
      },
      (state) => {
        stream = state;
        draw();
      },
    );
    return () => {
      source.close();
      clearTimeout(waiting);
    };
  }, [path]);

  return pictures;
}

export function seenAfter(before: Seen | undefined, live: Live, receivedAt: number): Seen {
  if (before === undefined) return { live, receivedAt, moving: false };
  const repeated = before.live.at !== null && before.live.at === live.at;
  return repeated ? before : { live, receivedAt, moving: true };
}

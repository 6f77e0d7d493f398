/** The latest picture of each site from one stream. Many pictures in one frame cause one drawing. */
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

export function useLive(path: string, onLive?: (live: Live) => void): LivePictures {
  const [pictures, setPictures] = useState<LivePictures>({ stream: "connecting", sites: new Map() });

  useEffect(() => {
    const sites = new Map<string, Seen>();
    let stream: StreamState = "connecting";
    let frame = 0;

    function draw(): void {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        setPictures({ stream, sites: new Map(sites) });
      });
    }

    const source = openLiveStream(
      path,
      (live) => {
        sites.set(live.site, seenAfter(sites.get(live.site), live, Date.now()));
        onLive?.(live);
        draw();
      },
      (state) => {
        stream = state;
        draw();
      },
    );
    return () => {
      source.close();
      cancelAnimationFrame(frame);
    };
  }, [path, onLive]);

  return pictures;
}

export function seenAfter(before: Seen | undefined, live: Live, receivedAt: number): Seen {
  if (before === undefined) return { live, receivedAt, moving: false };
  const repeated = before.live.at !== null && before.live.at === live.at;
  return repeated ? before : { live, receivedAt, moving: true };
}

/** Frames that are made in one turn leave in one write: to the kernel a write costs more than all else about a request. */
export function batching(transmit: (bytes: Uint8Array) => void): (frame: Uint8Array) => void {
  let batch: Uint8Array[] = [];
  const flush = (): void => {
    const frames = batch;
    batch = [];
    transmit(joined(frames));
  };
  return (frame) => {
    batch.push(frame);
    if (batch.length === 1) void Promise.resolve().then(flush);
  };
}

export function joined(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1) return frames[0]!;
  const all = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length, 0));
  let at = 0;
  for (const frame of frames) {
    all.set(frame, at);
    at += frame.length;
  }
  return all;
}

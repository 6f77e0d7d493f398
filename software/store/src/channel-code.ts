import type { ChannelId } from "@csj/quantity";

/** How channels are numbered in the database. A number is never given to another channel. */
const CODES: Readonly<Record<ChannelId, number>> = {
  import: 1,
  export: 2,
  generation: 3,
  "reactive-import": 4,
  "reactive-export": 5,
};

const IDS = new Map(Object.entries(CODES).map(([id, code]) => [code, id as ChannelId]));

export function channelCode(id: ChannelId): number {
  return CODES[id];
}

export function channelOfCode(code: number): ChannelId {
  const id = IDS.get(code);
  if (id === undefined) throw new RangeError(`No channel has the code ${code}.`);
  return id;
}

export function channelUnit(id: ChannelId): "Wh" | "varh" {
  return id.startsWith("reactive") ? "varh" : "Wh";
}

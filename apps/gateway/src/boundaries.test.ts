import { type ChannelId, Instant, Millis } from "@csj/quantity";
import { expect, test } from "vitest";
import { Boundaries, type ChannelRead } from "./boundaries.ts";
import { Unstamped } from "./unstamped.ts";

const at = (text: string) => Instant(Date.parse(`2026-11-24T${text}Z`));
const time = (instant: number | undefined) =>
  instant === undefined ? undefined : new Date(instant).toISOString().slice(11, 19);

function read(measuredAt: Instant, count = 100): ChannelRead {
  return { unit: "Wh", perCount: 1, digits: 9, step: 1, count, measuredAt, series: 0 };
}

function meter(last?: Instant, channels: ChannelId[] = ["import"]) {
  return new Boundaries({ interval: 1800, channels, last, grace: 10_000 });
}

/** One good read at a wall time: what a cycle does. */
function cycle(boundaries: Boundaries, now: Instant): string | undefined {
  if (boundaries.due(now) === undefined) return undefined;
  return time(boundaries.offer(new Map([["import", read(now)]]))?.at);
}

test("the first good read at or after a boundary is its value, and it is read once", () => {
  const boundaries = meter(at("11:30:00"));
  expect(cycle(boundaries, at("11:59:59"))).toBeUndefined();
  expect(cycle(boundaries, at("12:00:00"))).toBe("12:00:00");
  expect(cycle(boundaries, at("12:00:01"))).toBeUndefined();
  expect(cycle(boundaries, at("12:30:05"))).toBe("12:30:00");
});

test("a boundary without a read in its interval stays missing", () => {
  const boundaries = meter(at("11:30:00"));
  expect(time(boundaries.due(at("12:00:00")))).toBe("12:00:00");
  expect(boundaries.offer(new Map())).toBeUndefined();
  expect(cycle(boundaries, at("12:30:01"))).toBe("12:30:00");
  expect(boundaries.due(at("12:31:00"))).toBeUndefined();
});

test("an answer from before the boundary does not close it", () => {
  const boundaries = meter(at("11:30:00"));
  boundaries.due(at("12:00:00"));
  expect(boundaries.offer(new Map([["import", read(at("11:59:59"))]]))).toBeUndefined();
  expect(cycle(boundaries, at("12:00:01"))).toBe("12:00:00");
});

test("after a clock that jumped forward the boundaries in between are missing, not invented", () => {
  const boundaries = meter(at("12:00:00"));
  expect(cycle(boundaries, at("12:10:00"))).toBeUndefined();
  expect(cycle(boundaries, at("14:10:00"))).toBe("14:00:00");
});

test("after a clock that was set back no boundary is read twice, and the first one past the latest is given up", () => {
  const boundaries = meter(at("14:00:00"));
  expect(cycle(boundaries, at("12:10:00"))).toBeUndefined();
  expect(cycle(boundaries, at("12:30:00"))).toBeUndefined();
  expect(cycle(boundaries, at("14:00:00"))).toBeUndefined();
  expect(cycle(boundaries, at("14:30:00"))).toBeUndefined();
  expect(cycle(boundaries, at("15:00:00"))).toBe("15:00:00");
});

test("a clock that is disciplined by a second over a boundary costs nothing", () => {
  const boundaries = meter(at("11:30:00"));
  expect(cycle(boundaries, at("12:00:00"))).toBe("12:00:00");
  expect(cycle(boundaries, at("11:59:59"))).toBeUndefined();
  expect(cycle(boundaries, at("12:00:00"))).toBeUndefined();
  expect(cycle(boundaries, at("12:30:00"))).toBe("12:30:00");
});

test("a boundary waits for its other channels for a while, then goes without them", () => {
  const boundaries = meter(at("11:30:00"), ["import", "export"]);
  boundaries.due(at("12:00:00"));
  expect(boundaries.offer(new Map([["import", read(at("12:00:00"))]]))).toBeUndefined();
  expect(boundaries.overdue(at("12:00:05"))).toBeUndefined();
  expect(time(boundaries.due(at("12:00:05")))).toBe("12:00:00");
  const closed = boundaries.overdue(at("12:00:10"));
  expect([...(closed?.channels.keys() ?? [])]).toEqual(["import"]);
  expect(boundaries.due(at("12:00:11"))).toBeUndefined();
});

test("a channel that comes later in the grace keeps its own measured-at, and the first one is not replaced", () => {
  const boundaries = meter(at("11:30:00"), ["import", "export"]);
  boundaries.due(at("12:00:00"));
  boundaries.offer(new Map([["import", read(at("12:00:00"), 1)]]));
  const closed = boundaries.offer(
    new Map<ChannelId, ChannelRead>([
      ["import", read(at("12:00:04"), 2)],
      ["export", read(at("12:00:04"), 3)],
    ]),
  );
  expect(closed?.channels.get("import")).toMatchObject({ count: 1, measuredAt: at("12:00:00") });
  expect(closed?.channels.get("export")).toMatchObject({ count: 3, measuredAt: at("12:00:04") });
});

test("reads from before the time was trusted close their boundaries once it is", () => {
  const boundaries = meter(at("11:30:00"));
  const unstamped = new Unstamped();
  for (let minute = 0; minute <= 65; minute += 1) {
    const measuredMonotonic = Millis(minute * 60_000);
    unstamped.keep(new Map([["import", { ...read(Instant(0), 1000 + minute), measuredMonotonic }]]));
  }
  const offset = at("11:45:30");
  const closed = unstamped.stamp(offset).flatMap((channels) => {
    const [first] = channels.values();
    if (first === undefined || boundaries.due(first.measuredAt) === undefined) return [];
    return boundaries.offer(channels) ?? [];
  });
  expect(closed.map(({ at: boundary }) => time(boundary))).toEqual(["12:00:00", "12:30:00"]);
  expect(closed[0]?.channels.get("import")).toMatchObject({ count: 1015, measuredAt: at("12:00:30") });
  expect(unstamped.size).toBe(0);
});

/** What the shape of a limit cannot say: that its numbers fit their registers, and that nothing promises what it has not. */
import type { Problem } from "@csj/settings";
import type { FixedWrite, RegisterLimit } from "./profile-limit.ts";
import { sizes } from "./register.ts";

type Path = readonly (string | number)[];

export function limitProblems(entries: readonly RegisterLimit[]): Problem[] {
  return entries.flatMap((entry, at) => [
    ...entryProblems(entry, ["limit", at]),
    ...(at < entries.length - 1 && entry.set.readable === false
      ? [{ path: ["limit", at, "set"], message: "only the last entry may be unreadable: the others are looked for." }]
      : []),
  ]);
}

function entryProblems(entry: RegisterLimit, path: Path): Problem[] {
  return [
    ...singleProblems(entry, path),
    ...entry.enable.flatMap((write, at) => fixedProblems(write, [...path, "enable", at])),
    ...entry.commit.flatMap((write, at) => fixedProblems(write, [...path, "commit", at])),
    ...silenceProblems(entry, path),
    ...ratedProblems(entry, path),
    ...(entry.set.unit === "percent" && Number(entry.set.scale ?? "1") > 10
      ? [{ path: [...path, "set", "scale"], message: "a step of more than 10 % is no limit that can be controlled." }]
      : []),
  ];
}

/** Function 6 writes one register, and half a limit is another limit. */
function singleProblems({ set, silence }: RegisterLimit, path: Path): Problem[] {
  const places = [
    ["set", set],
    ["silence", silence?.timeout],
    ["silence", silence?.fallback],
  ] as const;
  return places.flatMap(([key, place]) =>
    place?.write === 6 && sizes[place.type] > 1
      ? [{ path: [...path, key], message: `function 6 cannot write a ${place.type}.` }]
      : [],
  );
}

function fixedProblems(write: FixedWrite, path: Path): Problem[] {
  return write.write === 6 && write.words.length > 1
    ? [{ path: [...path, "words"], message: "function 6 writes one word." }]
    : [];
}

function ratedProblems({ rated }: RegisterLimit, path: Path): Problem[] {
  if (rated === undefined || rated.range[0] < rated.range[1]) return [];
  return [{ path: [...path, "rated", "range"], message: "a range goes from its lower to its higher value." }];
}

function silenceProblems(entry: RegisterLimit, path: Path): Problem[] {
  const acts = entry.on_silence === "falls-to-value" || entry.on_silence === "releases";
  if (acts === entry.silence_s > 0) return [];
  const message = acts
    ? `a device that ${entry.on_silence} does so after a time: silence_s must say which.`
    : "silence_s has no meaning where the device does not act in silence.";
  return [{ path: [...path, "silence_s"], message }];
}

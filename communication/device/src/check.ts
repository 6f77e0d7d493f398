/**
 * Whether something read from a file is a profile. The schema says what shape it has; the rules behind it say what a shape
 * cannot: that a point exists, that a quantity is read once, that no timer promises what its model cannot do.
 */
import { type Problem, problemsOf } from "@csj/settings";
import { models } from "@csj/sunspec";
import { limitProblems } from "./check-limit.ts";
import {
  type Family,
  type Profile,
  RegisterProfile,
  type SunSpecProfile,
  SunSpecProfile as SunSpecSchema,
} from "./profile.ts";
import { sizes } from "./register.ts";

/** Empty where `data` is a profile. */
export function profileProblems(data: unknown): Problem[] {
  const kind = (data as { kind?: unknown } | null)?.kind;
  if (kind !== "registers" && kind !== "sunspec") {
    return [{ path: ["kind"], message: 'kind must be "registers" or "sunspec".' }];
  }
  const problems = problemsOf(kind === "sunspec" ? SunSpecSchema : RegisterProfile, data);
  return problems.length > 0 ? problems : ruleProblems(data as Profile);
}

function ruleProblems(profile: Profile): Problem[] {
  return profile.kind === "sunspec" ? sunSpecProblems(profile) : registerProblems(profile);
}

function registerProblems(profile: RegisterProfile): Problem[] {
  const problems = [
    ...limitProblems(profile.limit ?? []),
    ...duplicates(
      profile.power.map((entry) => entry.quantity),
      ["power"],
      "quantity",
    ),
    ...duplicates(
      profile.energy.map((entry) => entry.channel),
      ["energy"],
      "channel",
    ),
  ];
  for (const [at, entry] of profile.power.entries()) {
    problems.push(...rangeProblems(entry.range, ["power", at, "range"]));
    if (entry.address + sizes[entry.type] > 65_536) {
      problems.push({ path: ["power", at, "address"], message: "the value would end behind the last register." });
    }
    if (sizes[entry.type] > profile.bus.registers_max) {
      problems.push({
        path: ["power", at, "type"],
        message: "the type needs more registers than one request may have.",
      });
    }
  }
  for (const [key, ratio] of Object.entries(profile.ratio ?? {})) {
    problems.push(...rangeProblems(ratio.range, ["ratio", key, "range"]));
    if (!(ratio.range[0] > 0)) problems.push({ path: ["ratio", key, "range"], message: "a ratio is above 0." });
  }
  for (const [at, check] of profile.detect.entries()) {
    if (check.range === undefined && check.equals === undefined) {
      problems.push({ path: ["detect", at], message: "a check needs `range` or `equals`." });
    }
  }
  return problems;
}

function sunSpecProblems(profile: SunSpecProfile): Problem[] {
  const problems = [
    ...limitProblems(profile.limit ?? []),
    ...profile.families.flatMap((family, at) => familyProblems(family, ["families", at])),
  ];
  for (const [at, entry] of profile.limiter.entries()) {
    if (entry.model === 123 && entry.on_silence === "falls-to-value") {
      const message = "model 123's timer can only release the limit; it has no value to fall to.";
      problems.push({ path: ["limiter", at, "on_silence"], message });
    }
  }
  return problems;
}

function familyProblems(family: Family, path: readonly (string | number)[]): Problem[] {
  const problems = duplicates(
    family.power.map((entry) => entry.quantity),
    [...path, "power"],
    "quantity",
  );
  for (const [at, entry] of family.power.entries()) {
    problems.push(...rangeProblems(entry.range, [...path, "power", at, "range"]));
    problems.push(...pointProblems(family, entry.point, [...path, "power", at, "point"]));
  }
  for (const [at, entry] of family.energy.entries()) {
    problems.push(...pointProblems(family, entry.point, [...path, "energy", at, "point"]));
  }
  return problems;
}

function pointProblems(family: Family, point: string, path: readonly (string | number)[]): Problem[] {
  return family.models.flatMap((id) => {
    const model = models.get(id);
    if (model === undefined) return [{ path, message: `SunSpec model ${id} is not known here.` }];
    if (!model.points.has(point)) return [{ path, message: `SunSpec model ${id} has no point named ${point}.` }];
    return [];
  });
}

function rangeProblems(range: readonly unknown[], path: readonly (string | number)[]): Problem[] {
  return Number(range[0]) < Number(range[1])
    ? []
    : [{ path, message: "a range goes from its lower to its higher value." }];
}

function duplicates(ids: readonly string[], path: readonly (string | number)[], key: string): Problem[] {
  return ids.flatMap((id, at) =>
    ids.indexOf(id) === at ? [] : [{ path: [...path, at, key], message: `${id} is read twice.` }],
  );
}

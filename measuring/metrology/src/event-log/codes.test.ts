import { readdirSync, readFileSync } from "node:fs";
import { Check } from "typebox/value";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { codeOf, EventCodes } from "./codes.ts";

const folder = new URL("../../event-codes/", import.meta.url);
const files = readdirSync(folder);
const read = (id: string): EventCodes => parse(readFileSync(new URL(`${id}.yaml`, folder), "utf8"));

describe.each(files)("the event codes of %s", (file) => {
  const codes = read(file.replace(".yaml", ""));

  it("keep to the schema, under their own name", () => {
    expect(Check(EventCodes, codes)).toBe(true);
    expect(`${codes.id}.yaml`).toBe(file);
  });

  it("name no event twice", () => {
    const names = codes.codes.map(({ kind, phase, edge }) => `${kind} ${phase ?? ""} ${edge}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("a code", () => {
  const start = (kind: "terminal-cover" | "missing-potential" | "wrong-phase" | "bypass", phase = 0) =>
    ["idis", "is15959", "smets2"].map((id) => codeOf(read(id), { kind, phase, edge: "start" }));

  it("is that of the specification, by phase where it tells them apart", () => {
    expect(start("terminal-cover")).toEqual([40, "none", 0x8f76]);
    expect(start("missing-potential", 2)).toEqual([83, 3, "none"]);
    expect(start("bypass")).toEqual(["none", 65, "none"]);
  });

  it("is none, and no neighbour's, where the specification has no such event", () => {
    expect(start("wrong-phase", 1)).toEqual(["none", "none", "none"]);
    expect(codeOf(read("idis"), { kind: "reversed-current", phase: 1, edge: "end" })).toBe("none");
  });
});

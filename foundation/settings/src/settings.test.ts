import { defineErrors, isCoded } from "@csj/fault";
import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { checked, parseSettings, problemsOf, unplaced } from "./index.ts";

const errors = defineErrors({
  TEST_SYNTAX: { fault: "configuration", retry: false, help: "" },
  TEST_SHAPE: { fault: "configuration", retry: false, help: "" },
});

const closed = { additionalProperties: false } as const;
const oneOf = (...words: (string | number)[]) => Type.Union(words.map((word) => Type.Literal(word)));
const Home = Type.Object(
  {
    kind: Type.Literal("home"),
    meter: Type.Optional(oneOf("a", "b", "c", "d", "e", "f", "g", "h", "i", "j")),
    "a/b": Type.Optional(oneOf(1, 3)),
    rooms: Type.Optional(Type.Array(Type.Object({ area: Type.Number() }, closed))),
    notes: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  closed,
);

const read = (text: string) => checked(parseSettings(text, "home.yaml", errors.TEST_SYNTAX), Home, errors.TEST_SHAPE);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isCoded(error)) return error.describe().trim();
    throw error;
  }
  return "accepted";
}

describe("settings", () => {
  it("are the value where nothing is wrong", () => {
    expect(read("kind: home\nrooms: [{area: 12}]\n")).toEqual({ kind: "home", rooms: [{ area: 12 }] });
  });

  it.each([
    ["an unknown key", "kind: home\nrooms:\n  - {area: 1, aera: 2}", "3:15 rooms.0.aera: aera is not a known key."],
    ["an unknown key before what is missing", "knid: home", "1:1 knid: knid is not a known key."],
    ["a wrong value", "kind: home\nrooms:\n  - area: big", "3:11 rooms.0.area: rooms.0.area must be number."],
    ["a missing key", "kind: home\nrooms: [{}]", "2:9 rooms.0: rooms.0 must have required properties area."],
    ["a word that is not the one", "kind: house", "1:7 kind: kind must be home."],
    [
      "a word that is none of more than the checker lists",
      "kind: home\nmeter: k",
      "2:8 meter: meter must be one of a, b, c, d, e, f, g, h, i, j.",
    ],
    ["a key that is written with a slash", "kind: home\na/b: 2", "2:6 a/b: a/b must be one of 1, 3."],
    ["a number as a key", "kind: home\nnotes: {7: [x]}", "2:12 notes.7: notes.7 must be string."],
    ["an empty text", "", "1:1: The top level must be object."],
  ])("name %s by line and column", (_, text, says) => {
    expect(refusal(() => read(text))).toBe(`TEST_SHAPE at home.yaml:${says}`);
  });

  it("name a mistake behind an alias where its anchor stands", () => {
    expect(refusal(() => read("rooms: [&r {area: 1, aera: 2}, *r]\nkind: home"))).toMatch(
      /home\.yaml:1:22 rooms\.0\.aera/,
    );
    const { where } = parseSettings("one: &r {area: 1}\ntwo: *r", "home.yaml", errors.TEST_SYNTAX);
    expect(where(["two", "area"])).toEqual({ file: "home.yaml", line: 1, column: 16, path: "two.area" });
  });

  it.each([
    ["an open bracket", "kind: [", ":1:8"],
    ["a key that stands twice", "kind: home\nkind: home", ":2:1"],
    ["a second document", "kind: home\n---\nkind: home", ":2:1"],
    ["an alias of nothing", "kind: *home", ""],
    ["aliases that multiply", bomb(), ""],
  ])("are no YAML with %s", (_, text, at) => {
    expect(refusal(() => read(text))).toMatch(new RegExp(`^TEST_SYNTAX at home\\.yaml${at}: `));
  });

  it("that a program made are named by their path alone", () => {
    const act = () => checked(unplaced({ kind: "home", rooms: [{}] }), Home, errors.TEST_SHAPE);
    expect(refusal(act)).toBe("TEST_SHAPE at rooms.0: rooms.0 must have required properties area.");
  });
});

describe("a place", () => {
  const { where } = parseSettings("site:\n  zone: Europe/London\n", "site.yaml", errors.TEST_SYNTAX);

  it("is that of the value, or of the key where it is asked for", () => {
    expect(where(["site", "zone"])).toEqual({ file: "site.yaml", line: 2, column: 9, path: "site.zone" });
    expect(where(["site"], "zone")).toEqual({ file: "site.yaml", line: 2, column: 3, path: "site.zone" });
  });

  it("is the nearest one that exists for what is missing", () => {
    expect(where(["site", "name", "first"])).toMatchObject({ line: 2, column: 3, path: "site.name.first" });
    expect(where(["buses", 0], "id")).toMatchObject({ line: 1, column: 1, path: "buses.0.id" });
  });
});

it("lists every problem, unknown keys first", () => {
  expect(problemsOf(Home, { kind: "home", "a/b": 2, rooms: [{ area: 1, aera: 2 }] })).toEqual([
    { path: ["rooms", 0], key: "aera", message: "aera is not a known key." },
    { path: ["a/b"], message: "a/b must be one of 1, 3." },
  ]);
});

/** Ten values, ten times over, three times. */
function bomb(): string {
  const ten = (name: string) => `[${Array(10).fill(`*${name}`).join(", ")}]`;
  return `a: &a [1]\nb: &b ${ten("a")}\nc: &c ${ten("b")}\nd: ${ten("c")}\n`;
}

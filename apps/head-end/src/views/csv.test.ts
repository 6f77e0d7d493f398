import { expect, it } from "vitest";
import { cell } from "./csv.ts";

it.each([
  ["plain", "plain"],
  ["-12", "-12"],
  ["a,b", '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ["=1+1", "'=1+1"],
  ["+44", "'+44"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"],
  ["\t=1", "'\t=1"],
])("a cell of %j is written as %j", (text, written) => {
  expect(cell(text)).toBe(written);
});

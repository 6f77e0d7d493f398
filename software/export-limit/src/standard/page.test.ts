import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { figuresOf, parseStandard } from "./standard.ts";

const folder = new URL("../../standards/", import.meta.url);
const page = readFileSync(new URL("../../../../docs/STANDARDS.md", import.meta.url), "utf8");

describe.each(readdirSync(folder))("the page on the standards, for %s", (file) => {
  const standard = parseStandard(parse(readFileSync(new URL(file, folder), "utf8")), file);
  const section = page.split("\n## ").find((part) => part.startsWith(`${standard.name} (\`${standard.id}\`)`)) ?? "";

  it("has a line for each figure and none more", () => {
    const lines = section.split("\n").filter((line) => line.startsWith("| `"));
    const figures = figuresOf(standard).map(
      ([place, { value, clause, source, verified }]) =>
        `| \`${place}\` | ${value} | ${clause} | ${source} | ${verified ? "yes" : "no"} |`,
    );
    expect(lines).toEqual(figures);
  });

  it("says what is not covered", () => {
    for (const one of standard.not_covered) expect(section).toContain(`- ${one}`);
  });
});

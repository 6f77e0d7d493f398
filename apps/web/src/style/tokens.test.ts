import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** Both halves of every `light-dark(#..., #...)`. */
function tokens(scheme: "light" | "dark"): Map<string, string> {
  const pattern = /--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g;
  return new Map(
    [...css.matchAll(pattern)].map(([, name = "", light = "", dark = ""]) => [name, scheme === "light" ? light : dark]),
  );
}

/** Relative luminance and contrast ratio of WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe.each(["light", "dark"] as const)("the %s colours", (scheme) => {
  const colours = tokens(scheme);
  const of = (name: string): string => colours.get(name) ?? "#000000";

  it.each(["ink", "ink-soft", "grid-text", "solar-text", "export-text"])(
    "let %s be read on paper, sheet and channel",
    (name) => {
      for (const ground of ["paper", "sheet", "channel"])
        expect(contrast(of(name), of(ground)), ground).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(["grid", "solar-edge", "export", "ink-faint", "focus"])("let the shape of %s be seen on paper", (name) => {
    expect(contrast(of(name), of("paper"))).toBeGreaterThanOrEqual(3);
  });
});

it("keeps solar and grid apart by lightness on paper, so that a grey print shows both", () => {
  const light = tokens("light");
  expect(contrast(light.get("solar") ?? "", light.get("grid") ?? "")).toBeGreaterThanOrEqual(1.8);
});

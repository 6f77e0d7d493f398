import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { mapPage } from "./page.ts";

it("docs/METER.md has the map that is served", () => {
  const page = readFileSync(new URL("../../../../docs/METER.md", import.meta.url), "utf8");
  expect(page).toContain(mapPage());
});

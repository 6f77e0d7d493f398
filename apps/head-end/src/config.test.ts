import { describe, expect, it } from "vitest";
import { parseHeadEndConfig } from "./config.ts";

const file = "head-end.yaml";

describe("the head-end's file", () => {
  it("needs one line", () => {
    expect(parseHeadEndConfig("database: pglite:./data", file)).toEqual({ database: "pglite:./data" });
  });

  it.each([
    ["colour: red\ndatabase: pglite:./data", "colour is not a known key.", 1, 1],
    ["database: pglite:./data\nhttp:\n  host: 127.0.0.1\n  prot: 80", "prot is not a known key.", 4, 3],
    ["database: pglite:./data\nhttp: {port: many}", "http.port must be integer.", 2, 14],
    ["database: mysql://x", "database must match pattern", 1, 11],
    ["broker: embedded", "The top level must have required properties database.", 1, 1],
    ["database: [", "", 1, 12],
  ])("is refused for %j at its line and column", (text, says, line, column) => {
    expect(() => parseHeadEndConfig(text, file)).toThrow(
      expect.objectContaining({
        code: "HEADEND_CONFIG",
        message: expect.stringContaining(says),
        where: expect.objectContaining({ file, line, column }),
      }),
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { lockFolder } from "./folder.ts";

const place = mkdtempSync(join(tmpdir(), "csj-folder-"));
afterAll(() => rmSync(place, { recursive: true }));

describe("a folder for one process", () => {
  it("is made, refused to a second holder by name, and free again once it is released", () => {
    const folder = join(place, "deep", "er");
    const first = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({ code: "RUNTIME_FOLDER_IN_USE", message: expect.stringContaining(folder) }),
    );
    first.release();
    lockFolder(folder).release();
  });

  it("is refused with a code where it cannot be: under a file, or in a file system that takes none", () => {
    writeFileSync(join(place, "file"), "");
    for (const impossible of [join(place, "file", "folder"), "/proc/nowhere/folder"]) {
      expect(() => lockFolder(impossible)).toThrow(expect.objectContaining({ code: "RUNTIME_FOLDER_UNUSABLE" }));
    }
  });
});

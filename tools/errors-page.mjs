/** Writes docs/ERRORS.md from the tables in the code: `node tools/errors-page.mjs`. Tidy proves that it was run. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && !path.includes(".test."));
const entry =
  /^ {2}([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+): \{\s*fault: "(\w+)",\s*retry: (true|false),\s*help:\s*"((?:[^"\\]|\\.)*)",?\s*\}/gm;
const rows = [];
for (const path of files) {
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    continue;
  }
  if (!text.includes("defineErrors({")) continue;
  for (const [, code, fault, retry, help] of text.matchAll(entry)) {
    rows.push(
      `| \`${code}\` | ${fault} | ${retry === "true" ? "yes" : "no"} | ${help.replaceAll('\\"', '"').replaceAll("|", "\\|")} |`,
    );
  }
}
rows.sort();
writeFileSync(
  "docs/ERRORS.md",
  `# Errors

Every error that leaves a package has a stable code, says whose fault it is, whether the same call may succeed later, and what to do. A code that is retired is never used again. The message beside the code says what is wrong and where.

*configuration*: what somebody wrote; *device*: a meter or inverter; *wire*: bytes lost, damaged, late or foreign; *host*: this machine; *peer*: broker, database, head-end; *bug*: ours.

| code | whose | retry helps | what to do |
|---|---|---|---|
${rows.join("\n")}
`,
);

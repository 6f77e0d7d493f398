/** The project as tidy sees it: packages with their tier, and source files with their imports. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Source {
  /** From the project's root. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly imports: readonly string[];
}

export interface Package {
  readonly name: string;
  /** `foundation/quantity`. */
  readonly folder: string;
  readonly tier: string;
  readonly dependencies: readonly string[];
  /** True where the package has no I/O: its compiler options give it no types but the language's. */
  readonly pure: boolean;
  readonly sources: readonly Source[];
}

/** Files that git tracks or would track. */
export function trackedFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed.split("\n").filter((path) => path !== "" && existsSync(join(root, path)));
}

export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

export function sourceOf(path: string): Source {
  const text = read(path);
  return { path, text, lines: text.split("\n"), imports: importsOf(text) };
}

function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^"'`;]*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || /\/(test|testing)\//.test(path.replace(/^testing\//, ""));
}

export function packages(files: readonly string[]): Package[] {
  return files
    .filter((path) => /^[a-z-]+\/[a-z-]+\/package\.json$/.test(path))
    .map((path) => {
      const folder = dirname(path);
      const manifest = JSON.parse(read(path));
      const options = JSON.parse(read(join(folder, "tsconfig.json"))).compilerOptions ?? {};
      return {
        name: manifest.name,
        folder,
        tier: folder.split("/")[0] ?? "",
        dependencies: Object.keys(manifest.dependencies ?? {}),
        pure: options.types === undefined || options.types.length === 0,
        sources: files.filter((file) => file.startsWith(`${folder}/src/`) && /\.tsx?$/.test(file)).map(sourceOf),
      };
    });
}

/**
 * The house rules as one test, so that taste is not argued again in each review. Each test names a rule and lists every
 * place that breaks it; limits here only ever tighten.
 */
import { describe, expect, it } from "vitest";
import { isTest, type Package, packages, read, type Source, sourceOf, trackedFiles } from "./tree.ts";

const files = trackedFiles();
const all = packages(files);
const byName = new Map(all.map((one) => [one.name, one]));
const sources = files.filter((path) => /\.(ts|tsx|mjs)$/.test(path)).map(sourceOf);

/** A tier may import itself and what stands below it; no tier imports another. */
const mayImport: Record<string, readonly string[]> = {
  foundation: ["foundation"],
  measuring: ["measuring", "foundation"],
  communication: ["communication", "foundation"],
  software: ["software", "foundation"],
  apps: ["measuring", "communication", "software", "foundation"],
  testing: ["testing", "apps", "measuring", "communication", "software", "foundation"],
};

/** The one entry to all apps composes them, and its demo needs the simulated world. */
const COMPOSER = "@csj/cli";

/**
 * Pure packages may use these: typebox is itself pure, and a schema is the type that it declares; yaml turns text into
 * data with the place of each value, and opens no file.
 */
const PURE_LIBRARIES = ["typebox", "yaml"];

/** The longest file, in lines. */
const FILE_LINES_MAX = 400;
/** From this length on a file says in its first lines why it is so. */
const HEADER_FROM_LINES = 60;

const localName = (specifier: string) => specifier.split("/").slice(0, 2).join("/");
const packageName = (specifier: string) =>
  specifier.startsWith("@") ? localName(specifier) : (specifier.split("/")[0] ?? "");
const own = (one: Package) => one.sources.filter(({ path }) => !isTest(path));

function breaking(where: readonly Source[], rule: (source: Source) => readonly string[]): string[] {
  return where.flatMap((source) => rule(source).map((what) => `${source.path}: ${what}`));
}

describe("direction", () => {
  it("lets each tier import itself and the foundation, apps the tiers, and testing everything", () => {
    const wrong = all.flatMap((one) =>
      breaking(own(one), (source) =>
        source.imports
          .filter((name) => name.startsWith("@csj/"))
          .map((name) => byName.get(localName(name)))
          .filter((other) => other !== undefined && !allowed(one, other))
          .map((other) => `imports ${other?.name}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("has every import of a package in that package's manifest", () => {
    const wrong = all.flatMap((one) =>
      breaking(own(one), (source) =>
        source.imports
          .filter((name) => !name.startsWith(".") && !name.startsWith("node:") && !name.startsWith("virtual:"))
          .map(packageName)
          .filter((name) => name !== one.name && !one.dependencies.includes(name))
          .map((name) => `${name} is not in ${one.folder}/package.json`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("lists no package in a manifest that nothing there imports", () => {
    const wrong = all.flatMap((one) => {
      const used = new Set(one.sources.flatMap(({ imports }) => imports.map(packageName)));
      return one.dependencies.filter((name) => !used.has(name)).map((name) => `${one.folder}/package.json: ${name}`);
    });
    expect(wrong).toEqual([]);
  });

  function allowed(from: Package, to: Package): boolean {
    if (from === to || from.name === COMPOSER) return true;
    return mayImport[from.tier]?.includes(to.tier) ?? false;
  }
});

describe("purity", () => {
  const pure = all.filter((one) => one.pure);

  it("keeps every package of the protocols, the laws and the foundation pure, but for those that meet the machine", () => {
    const impure = all.filter((one) => !one.pure && !["apps", "testing"].includes(one.tier)).map(({ name }) => name);
    expect(impure.sort()).toEqual(["@csj/profiles", "@csj/runtime", "@csj/store"]);
  });

  it("gives pure packages no library and no platform module", () => {
    const wrong = pure.flatMap((one) =>
      breaking(own(one), (source) =>
        source.imports.filter(
          (name) =>
            !name.startsWith(".") && !name.startsWith("@csj/") && !PURE_LIBRARIES.includes(name.split("/")[0] ?? ""),
        ),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it("gives pure packages the ports of the runtime and not its machine side", () => {
    const machine = ["@csj/runtime/node", "@csj/runtime/fake"];
    const wrong = pure.flatMap((one) =>
      breaking(own(one), (source) => source.imports.filter((name) => machine.includes(name))),
    );
    expect(wrong).toEqual([]);
  });

  it("reads no clock, no dice and no zone table in pure packages", () => {
    const banned = /\b(Date\.now|Math\.random|Intl\.|new Date\(\)|performance\.now|toLocale[A-Z]\w*)/;
    const wrong = pure.flatMap((one) => breaking(own(one), (source) => linesWith(source, banned)));
    expect(wrong).toEqual([]);
  });
});

describe("files", () => {
  it(`have at most ${FILE_LINES_MAX} lines`, () => {
    expect(breaking(sources, ({ lines }) => (lines.length > FILE_LINES_MAX ? [`${lines.length} lines`] : []))).toEqual(
      [],
    );
  });

  it("say in a header why they are so, once they are longer than a glance", () => {
    const own = sources.filter(({ path }) => !isTest(path));
    const silent = own.filter(
      ({ lines, text }) => lines.length > HEADER_FROM_LINES && !/\/\*\*|^\/\/ /.test(head(text)),
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it("leave nothing to be done later and run every test", () => {
    const leftover = new RegExp(["TO", "DO\\b|FIX", "ME\\b|\\b(it|test|describe)\\.(only|skip)\\("].join(""));
    expect(breaking(sources, (source) => linesWith(source, leftover))).toEqual([]);
  });

  it("name no folder of the machine that they were written on", () => {
    const home = new RegExp(["/ho", "me/[a-z]+/|/ro", "ot/|/wo", "rk/"].join(""));
    const texts = files.filter(
      (path) => /\.(ts|tsx|mjs|md|yaml|json|css|html|sql)$|^\.ci\//.test(path) && path !== "package-lock.json",
    );
    expect(breaking(texts.map(sourceOf), (source) => linesWith(source, home))).toEqual([]);
  });

  const head = (text: string) => text.slice(0, 1500).split("\n").slice(0, 25).join("\n");
});

describe("errors", () => {
  const tables = sources.filter(({ path, text }) => !isTest(path) && text.includes("defineErrors({"));
  const codes = tables.flatMap(({ path, text }) =>
    [...text.matchAll(/^ {2}([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+): \{/gm)].map((match) => ({ code: match[1] ?? "", path })),
  );

  it("list each code once", () => {
    const seen = new Map<string, string>();
    const twice = codes.filter(({ code, path }) => {
      const before = seen.get(code);
      seen.set(code, path);
      return before !== undefined;
    });
    expect(twice).toEqual([]);
    expect(codes.length).toBeGreaterThan(0);
  });

  it("are the ones that docs/ERRORS.md lists", () => {
    const listed = [...read("docs/ERRORS.md").matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((match) => match[1]);
    expect([...listed].sort()).toEqual(codes.map(({ code }) => code).sort());
  });
});

describe("dependencies", () => {
  it("each have their reason in docs/DEPENDENCIES.md", () => {
    const manifests = files.filter((path) => /(^|\/)package\.json$/.test(path)).map((path) => JSON.parse(read(path)));
    const used = new Set(
      manifests.flatMap((one) => [...Object.keys(one.dependencies ?? {}), ...Object.keys(one.devDependencies ?? {})]),
    );
    const listed = new Set([...read("docs/DEPENDENCIES.md").matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]));
    const outside = [...used].filter((name) => !name.startsWith("@csj/")).sort();
    expect([...listed].sort()).toEqual(outside);
  });

  it("are locked without the addresses that they were downloaded from", () => {
    expect(/"resolved": "https?:/.test(read("package-lock.json"))).toBe(false);
  });

  it("are locked for every platform that a package lists", () => {
    const { packages: locked } = JSON.parse(read("package-lock.json"));
    const missing = Object.entries<{ optionalDependencies?: Record<string, string> }>(locked).flatMap(([at, one]) =>
      Object.keys(one.optionalDependencies ?? {}).filter((name) => !resolves(locked, at, name)),
    );
    expect(missing).toEqual([]);
  });

  function resolves(locked: Record<string, unknown>, from: string, name: string): boolean {
    for (let at = from; ; at = at.includes("/node_modules/") ? at.slice(0, at.lastIndexOf("/node_modules/")) : "") {
      if (locked[`${at === "" ? "" : `${at}/`}node_modules/${name}`] !== undefined) return true;
      if (at === "") return false;
    }
  }
});

function linesWith(source: Source, pattern: RegExp): string[] {
  return source.lines.flatMap((line, at) =>
    pattern.test(line) && !/^\s*(\*|\/\/)/.test(line) ? [`${at + 1} ${line.trim()}`] : [],
  );
}

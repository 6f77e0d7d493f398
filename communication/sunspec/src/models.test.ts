import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { models } from "./models.ts";
import { READ_MAX } from "./plan.ts";

const folder = process.env["CSJ_TEST_DATA"] === undefined ? "" : `${process.env["CSJ_TEST_DATA"]}/sunspec-models`;
const has = folder !== "" && existsSync(folder) && readdirSync(folder).length > 0;

interface JsonGroup {
  readonly name: string;
  readonly points?: readonly {
    name: string;
    type: string;
    size: number;
    sf?: string;
    units?: string;
    access?: string;
  }[];
  readonly groups?: readonly JsonGroup[];
}

type Flat = [
  name: string,
  offset: number,
  type: string,
  size: number,
  scale: string | undefined,
  units: string | undefined,
  writable: boolean,
];

/** The definition's points in order, with the offsets that follow from their sizes. */
function flatten(group: JsonGroup, start = 0, prefix = ""): Flat[] {
  const rows: Flat[] = [];
  let offset = start;
  for (const { name, type, size, sf, units, access } of group.points ?? []) {
    rows.push([prefix + name, offset, type, size, sf, units, access === "RW"]);
    offset += size;
  }
  for (const inner of group.groups ?? []) {
    const more = flatten(inner, offset, `${prefix}${inner.name}.`);
    rows.push(...more);
    offset = (more.at(-1)?.[1] ?? offset) + (more.at(-1)?.[3] ?? 0);
  }
  return rows;
}

describe.skipIf(!has)("the model tables against the SunSpec definitions (needs CSJ_TEST_DATA)", () => {
  it.each([...models.values()].map((model) => [model.id, model] as const))("model %i has every point", (id, model) => {
    const definition = JSON.parse(readFileSync(`${folder}/model_${id}.json`, "utf8")) as { group: JsonGroup };
    const ours = [...model.points.values()].map(({ name, offset, type, size, scale, units, writable }) => {
      return [name, offset, type, size, scale, units, writable];
    });
    expect(ours).toEqual(flatten(definition.group));
  });
});

describe("the model tables", () => {
  it("let every point be read in one request with its scale factor", () => {
    for (const model of models.values()) {
      for (const point of model.points.values()) {
        if (point.scale === undefined) continue;
        const scale = model.points.get(point.scale);
        expect(scale, `${model.id} ${point.name}`).toBeDefined();
        const ends = [point.offset, point.offset + point.size, scale?.offset ?? 0, (scale?.offset ?? 0) + 1];
        expect(Math.max(...ends) - Math.min(...ends), `${model.id} ${point.name}`).toBeLessThanOrEqual(READ_MAX);
      }
    }
  });

  it("lay one point behind the other without a gap", () => {
    for (const model of models.values()) {
      let next = 0;
      for (const point of model.points.values()) {
        expect(point.offset, `${model.id} ${point.name}`).toBe(next);
        next += point.size;
      }
      expect(model.size).toBe(next);
    }
  });
});

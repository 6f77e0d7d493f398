/**
 * A SunSpec model as a table: where each point lies, how it is encoded and which point scales it. Offsets count from the
 * model's first register, which holds its id; the second holds the number of registers that follow.
 */
import { errors } from "./errors.ts";

export type PointType =
  | "int16"
  | "uint16"
  | "acc16"
  | "enum16"
  | "bitfield16"
  | "count"
  | "sunssf"
  | "pad"
  | "int32"
  | "uint32"
  | "acc32"
  | "enum32"
  | "bitfield32"
  | "float32"
  | "ipaddr"
  | "int64"
  | "uint64"
  | "acc64"
  | "float64"
  | "eui48"
  | "ipv6addr"
  | "string";

export interface Point {
  readonly name: string;
  readonly offset: number;
  readonly type: PointType;
  /** In registers. */
  readonly size: number;
  /** Name of the point that holds the power of ten. */
  readonly scale: string | undefined;
  readonly units: string | undefined;
  readonly writable: boolean;
}

export interface Layout {
  readonly points: ReadonlyMap<string, Point>;
  /** In registers, with the two of the header. */
  readonly size: number;
}

export interface Model extends Layout {
  readonly id: number;
  readonly label: string;
}

/** `[name, offset, type, size, scale, units, access]`; a tail of nulls is left away, and access is `R` where it is. */
export type Row = readonly [
  name: string,
  offset: number,
  type: PointType,
  size: number,
  scale?: string | null,
  units?: string | null,
  access?: "R" | "RW",
];

export function layout(rows: readonly Row[]): Layout {
  const points = new Map<string, Point>();
  let size = 0;
  for (const [name, offset, type, registers, scale, units, access] of rows) {
    const writable = access === "RW";
    points.set(name, {
      name,
      offset,
      type,
      size: registers,
      scale: scale ?? undefined,
      units: units ?? undefined,
      writable,
    });
    size = offset + registers;
  }
  return { points, size };
}

export function model(id: number, label: string, layout: Layout): Model {
  return { id, label, points: layout.points, size: layout.size };
}

/** The same layout where a definition spells some points otherwise. */
export function renamed(from: Layout, names: Readonly<Record<string, string>>): Layout {
  const points = new Map<string, Point>();
  for (const point of from.points.values()) {
    const name = names[point.name] ?? point.name;
    points.set(name, { ...point, name });
  }
  return { points, size: from.size };
}

export function pointOf(model: Model, name: string): Point {
  const point = model.points.get(name);
  if (point === undefined) throw errors.SUNSPEC_POINT(`SunSpec model ${model.id} has no point named ${name}.`);
  return point;
}

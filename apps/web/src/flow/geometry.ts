/**
 * The balance of a site as one drawing to scale. All heights stand on the same ground: the sun comes in from the left,
 * the grid from the right on top of it, and the home between them is as high as both. What passes above the roof goes to
 * the grid. So the no-export rule can be seen: the limit, drawn across the solar path, lies at the home's roof.
 */
export interface FlowInput {
  readonly pv: number | null;
  /** Import positive. */
  readonly grid: number | null;
  readonly home: number | null;
  readonly limit: number | null;
  readonly rated: number;
}

export interface FlowBox {
  readonly width: number;
  readonly height: number;
  /** Kept free above the scale for the roof. */
  readonly head: number;
  readonly house: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FlowPicture {
  readonly ground: number;
  readonly channel: Rect;
  readonly pv: Rect | undefined;
  readonly home: Rect | undefined;
  readonly imported: Rect | undefined;
  readonly exported: Rect | undefined;
  readonly ceiling: { readonly x1: number; readonly x2: number; readonly y: number } | undefined;
}

const tops = [1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50];

/** The watts at the upper end of the scale, from a short list, so that it does not breathe with every reading. */
export function scaleTop({ pv, grid, home, limit, rated }: FlowInput): number {
  const most = Math.max(rated, pv ?? 0, home ?? 0, Math.abs(grid ?? 0), Math.min(limit ?? 0, rated));
  const top = tops.find((kilowatts) => kilowatts * 1000 >= most);
  return top === undefined ? Math.ceil(most / 50_000) * 50_000 : top * 1000;
}

export function flowPicture(input: FlowInput, top: number, box: FlowBox): FlowPicture {
  const ground = box.height;
  const left = Math.round((box.width - box.house) / 2);
  const right = left + box.house;
  const heightOf = (watts: number): number => Math.max(0, (watts / top) * (box.height - box.head));
  const rect = (x: number, width: number, from: number, to: number): Rect => {
    const height = Math.max(heightOf(to) - heightOf(from), to > from ? 1.5 : 0);
    return { x, width, y: ground - heightOf(from) - height, height };
  };
  const { pv, grid, home, limit, rated } = input;
  const sun = Math.max(0, pv ?? 0);
  const use = Math.max(0, home ?? 0);
  return {
    ground,
    channel: rect(0, left, 0, rated),
    pv: pv === null ? undefined : rect(0, left, 0, sun),
    home: home === null ? undefined : rect(left, box.house, 0, use),
    imported: grid !== null && grid > 0 ? rect(right, box.width - right, Math.max(0, use - grid), use) : undefined,
    exported: grid !== null && grid < 0 ? rect(left, box.width - left, use, use - grid) : undefined,
    ceiling: limit === null ? undefined : { x1: 0, x2: left, y: ground - heightOf(limit) },
  };
}

/** Draws the balance, large on a site's page and small on a street's tile. */
import { useId, useRef } from "preact/hooks";
import { power } from "../format/power.ts";
import { useWidth } from "../shell/use-size.ts";
import { type FlowInput, type FlowPicture, flowPicture, type Rect, scaleTop } from "./geometry.ts";
import "./flow.css";

interface FlowProps extends FlowInput {
  size: "tile" | "page";
  /** Not of now: drawn without motion and greyed. */
  stale: boolean;
}

const boxes = {
  tile: { height: 72, head: 14, house: 44, roof: 10, eave: 4 },
  page: { height: 300, head: 40, house: 116, roof: 30, eave: 10 },
};

export function Flow({ size, stale, ...input }: FlowProps) {
  const { ref, width, scale } = useWidth<HTMLDivElement>(size === "tile" ? 300 : 358);
  const box = boxes[size];
  const height = Math.round(box.height * scale);
  const house = Math.min(box.house * scale, Math.round(width * 0.24));
  const top = useSteadyTop(input);
  const picture = flowPicture(input, top, { width, height, head: box.head * scale, house });
  const large = size === "page";
  return (
    <div ref={ref} class={`flow flow-${size}${stale ? " flow-stale" : ""}`}>
      <svg width={width} height={height} aria-hidden="true">
        {large && <Ticks top={top} width={width} height={height} head={box.head * scale} />}
        <Bands picture={picture} input={input} moving={large && !stale} />
        <House
          picture={picture}
          roof={box.roof * scale}
          eave={box.eave * scale}
          x={(width - house) / 2}
          width={house}
        />
        <line class="flow-ground" x1={0} x2={width} y1={picture.ground} y2={picture.ground} />
        <Ceiling picture={picture} input={input} labelled={large} />
      </svg>
    </div>
  );
}

/** Grows at once and does not shrink while the page is open. */
function useSteadyTop(input: FlowInput): number {
  const top = useRef(0);
  top.current = Math.max(top.current, scaleTop(input));
  return top.current;
}

function Bands({ picture, input, moving }: { picture: FlowPicture; input: FlowInput; moving: boolean }) {
  return (
    <>
      <Band rect={picture.channel} kind="channel" />
      {picture.pv === undefined ? (
        <Band rect={picture.channel} kind="unread" />
      ) : (
        <Band rect={picture.pv} kind="solar" watts={moving ? (input.pv ?? 0) : 0} />
      )}
      {picture.imported && <Band rect={picture.imported} kind="import" watts={moving ? -(input.grid ?? 0) : 0} />}
      {picture.exported && <Band rect={picture.exported} kind="export" watts={moving ? -(input.grid ?? 0) : 0} />}
    </>
  );
}

interface BandProps {
  rect: Rect;
  kind: "channel" | "unread" | "solar" | "import" | "export";
  /** Drawn as motion to the right, or to the left where negative. */
  watts?: number;
}

function Band({ rect, kind, watts = 0 }: BandProps) {
  const clip = useId();
  const place = `y:${rect.y.toFixed(1)}px;height:${rect.height.toFixed(1)}px`;
  return (
    <>
      <rect class={`flow-band flow-${kind}`} x={rect.x} width={Math.max(0, rect.width)} style={place} />
      {watts !== 0 && rect.height > 3 && (
        <>
          <clipPath id={clip}>
            <rect x={rect.x} y={rect.y} width={Math.max(0, rect.width)} height={rect.height} />
          </clipPath>
          <g clip-path={`url(#${clip})`}>
            <Chevrons rect={rect} watts={watts} />
          </g>
        </>
      )}
    </>
  );
}

const STEP = 56;
const THICK = 14;

function Chevrons({ rect, watts }: { rect: Rect; watts: number }) {
  const way = Math.sign(watts);
  const depth = Math.min(16, rect.height / 2) * way;
  const middle = rect.y + rect.height / 2;
  const marks: string[] = [];
  const foot = rect.y + rect.height;
  for (let x = rect.x - STEP; x < rect.x + rect.width + STEP; x += STEP) {
    const back = x - THICK;
    marks.push(`M${back} ${rect.y}H${x}L${x + depth} ${middle}L${x} ${foot}H${back}L${back + depth} ${middle}z`);
  }
  const seconds = Math.max(0.9, Math.min(5, 3500 / Math.abs(watts)));
  return (
    <path
      class={`flow-motion${way < 0 ? " flow-left" : ""}`}
      d={marks.join("")}
      style={`animation-duration:${seconds.toFixed(1)}s`}
    />
  );
}

function House({
  picture,
  roof,
  eave,
  x,
  width,
}: {
  picture: FlowPicture;
  roof: number;
  eave: number;
  x: number;
  width: number;
}) {
  const home = picture.home;
  const base = home?.y ?? picture.ground - 24;
  const gable = `M${x - eave} ${base + 1}L${x + width / 2} ${base - roof}L${x + width + eave} ${base + 1}z`;
  if (home === undefined) {
    return (
      <path
        class="flow-house-unread"
        d={`${gable}M${x} ${base}V${picture.ground}M${x + width} ${base}V${picture.ground}`}
      />
    );
  }
  return (
    <>
      <rect
        class="flow-band flow-house"
        x={x}
        width={width}
        style={`y:${home.y.toFixed(1)}px;height:${home.height.toFixed(1)}px`}
      />
      <path class="flow-roof" d={gable} />
    </>
  );
}

function Ceiling({ picture, input, labelled }: { picture: FlowPicture; input: FlowInput; labelled: boolean }) {
  const { ceiling, channel, pv } = picture;
  if (ceiling === undefined) return null;
  const above = Math.min(ceiling.y, pv?.y ?? ceiling.y);
  const below = ceiling.y - channel.y < 22 && ceiling.y - channel.y > 1;
  return (
    <>
      <line class="flow-ceiling" x1={ceiling.x1} x2={ceiling.x2} y1={ceiling.y} y2={ceiling.y} />
      {labelled && (
        <text class="flow-label flow-label-limit" x={8} y={below ? ceiling.y + 18 : above - 7}>
          {`limit ${power(input.limit)}`}
        </text>
      )}
      {labelled && ceiling.y - channel.y > 1 && (
        <text class="flow-label" x={8} y={channel.y - 7}>
          {`rated ${power(input.rated)}`}
        </text>
      )}
    </>
  );
}

/** Two or three lines that say how high a kilowatt is. */
function Ticks({ top, width, height, head }: { top: number; width: number; height: number; head: number }) {
  const step = [500, 1000, 2000, 5000, 10_000, 20_000].find((watts) => top / watts <= 4) ?? 50_000;
  const values: number[] = [];
  for (let watts = step; watts <= top; watts += step) values.push(watts);
  return (
    <g>
      {values.map((watts) => {
        const y = height - (watts / top) * (height - head);
        return (
          <g key={watts}>
            <line class="flow-tick" x1={0} x2={width} y1={y} y2={y} />
            <text class="flow-label flow-label-tick" x={width} y={y - 5}>{`${watts / 1000} kW`}</text>
          </g>
        );
      })}
    </g>
  );
}

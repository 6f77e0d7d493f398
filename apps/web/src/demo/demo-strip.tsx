import type { Demo } from "../api/shapes.ts";
import "./demo.css";

export function DemoStrip({ demo }: { demo: Demo | undefined }) {
  if (demo === undefined) return null;
  return (
    <details class="demo-strip">
      <summary>
        <strong>Simulated</strong>
        <span class="soft">{speedWords(demo)}</span>
      </summary>
      <ul class="demo-simulates">
        {(demo.simulates ?? ["The homes, the sun, the inverters and the meters of this street are simulated."]).map(
          (line) => (
            <li key={line}>{line}</li>
          ),
        )}
        {demo.seed !== undefined && <li>{`The same seed gives the same street: ${demo.seed}.`}</li>}
        <li>The Modbus traffic, the gateways, the head-end and these pages are the real ones.</li>
      </ul>
    </details>
  );
}

function speedWords({ speed, speed_reached }: Demo): string {
  if (speed === undefined) return "";
  const reached = speed_reached ?? null;
  if (reached === null || Math.abs(reached - speed) < speed * 0.02) return `at ${times(speed)} speed`;
  return `at ${times(reached)} speed (${times(speed)} asked)`;
}

function times(speed: number): string {
  return `${Number.isInteger(speed) ? speed : speed.toFixed(1)}×`;
}

import type { Live } from "../api/shapes.ts";
import { deviceName } from "../demo/fault-panel.tsx";
import { age } from "../format/time.ts";
import { Icon } from "../shell/icon.tsx";

type Device = Live["devices"][number];

export function Devices({ live, stale }: { live: Live; stale: boolean }) {
  return (
    <section aria-labelledby="devices-title">
      <h2 id="devices-title">Devices</h2>
      {live.devices.length === 0 ? (
        <p class="soft">The gateway has no device in its configuration.</p>
      ) : (
        <ul class={`devices${stale ? " site-old" : ""}`}>
          {live.devices.map((device) => (
            <DeviceRow key={device.id} device={device} stale={stale} />
          ))}
        </ul>
      )}
    </section>
  );
}

function DeviceRow({ device, stale }: { device: Device; stale: boolean }) {
  const failed = device.error !== null;
  return (
    <li>
      <Icon name={stale || device.age_ms === null ? "gap" : failed ? "warning" : "check"} />
      <span>
        <strong>{deviceName(device.role)}</strong> <span class="soft">{device.profile}</span>
        {device.warning !== undefined && <span class="soft small device-warning">{device.warning}</span>}
      </span>
      <span class="device-state">
        {stateWords(failed, stale)}
        {device.age_ms === null ? ", never read" : failed ? `, last ${age(device.age_ms)} ago` : ""}
        {failed && <code class="small soft">{device.error}</code>}
      </span>
    </li>
  );
}

function stateWords(failed: boolean, stale: boolean): string {
  if (stale) return failed ? "did not answer then" : "answered then";
  return failed ? "does not answer" : "answers";
}

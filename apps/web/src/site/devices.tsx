import type { Live } from "../api/shapes.ts";
import { deviceName } from "../demo/fault-panel.tsx";
import { age } from "../format/time.ts";
import { Icon } from "../shell/icon.tsx";

type Device = Live["devices"][number];

export function Devices({ live }: { live: Live }) {
  return (
    <section aria-labelledby="devices-title">
      <h2 id="devices-title">Devices</h2>
      {live.devices.length === 0 ? (
        <p class="soft">The gateway has no device in its configuration.</p>
      ) : (
        <ul class="devices">
          {live.devices.map((device) => (
            <DeviceRow key={device.id} device={device} />
          ))}
        </ul>
      )}
    </section>
  );
}

function DeviceRow({ device }: { device: Device }) {
  const failed = device.error !== null;
  return (
    <li>
      <Icon name={failed ? "warning" : device.age_ms === null ? "gap" : "check"} />
      <span>
        <strong>{deviceName(device.role)}</strong> <span class="soft">{device.profile}</span>
      </span>
      <span class="device-state">
        {failed ? "does not answer" : "answers"}
        {device.age_ms === null ? ", never read" : failed ? `, last ${age(device.age_ms)} ago` : ""}
        {failed && <code class="small soft">{device.error}</code>}
      </span>
    </li>
  );
}

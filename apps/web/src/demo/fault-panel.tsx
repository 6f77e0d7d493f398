/** Anybody may break a device and see what the gateway makes of it. Only in a demo. */
import { useState } from "preact/hooks";
import { getJson, type Problem, putJson } from "../api/get.ts";
import { type DemoDevice, type DemoFault, faults, type Site } from "../api/shapes.ts";
import { useAnswer } from "../api/use-answer.ts";
import { Icon } from "../shell/icon.tsx";
import "./demo.css";

interface Devices {
  readonly devices: readonly DemoDevice[];
}

const PATH = "/api/v1/demo/devices";
const EVERY_MS = 10_000;

const effects: Record<DemoFault, string> = {
  none: "No fault",
  silent: "Silent: does not answer",
  frozen: "Frozen: repeats old values",
  noise: "Noise: damaged frames",
  slow: "Slow: answers late",
  "ct-reversed": "Clamp reversed: wrong sign",
  restart: "Restarts now",
};

export function FaultPanel({ sites, only }: { sites: readonly Site[]; only?: string }) {
  const answer = useAnswer<Devices>(PATH, { every: EVERY_MS });
  const [chosen, setChosen] = useState(only ?? sites[0]?.id ?? "");
  const [newer, setNewer] = useState<readonly DemoDevice[]>();
  const [problem, setProblem] = useState<Problem>();
  if (answer.state !== "ready") return null;
  const devices = newer ?? answer.value.devices;

  async function set(device: DemoDevice, fault: DemoFault): Promise<void> {
    const done = await putJson(`${PATH}/${encodeURIComponent(device.id)}/fault`, { fault });
    setProblem(done.ok ? undefined : done.problem);
    const after = await getJson<Devices>(PATH);
    if (after.ok) setNewer(after.value.devices);
    answer.again();
  }

  return (
    <section class="faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Break something</h2>
      <p class="soft">Give a device a fault and watch the limit. Whatever happens, nothing may go to the grid.</p>
      {only === undefined && <Broken sites={sites} devices={devices} clear={(device) => set(device, "none")} />}
      {only === undefined && <SiteChoice sites={sites} chosen={chosen} choose={setChosen} />}
      <ul class="fault-list">
        {devices
          .filter(({ site }) => site === chosen)
          .map((device) => (
            <FaultRow key={device.id} device={device} set={(fault) => set(device, fault)} />
          ))}
      </ul>
      {problem && <p role="alert">{`${problem.message} ${problem.help}`}</p>}
    </section>
  );
}

function SiteChoice({
  sites,
  chosen,
  choose,
}: {
  sites: readonly Site[];
  chosen: string;
  choose: (id: string) => void;
}) {
  return (
    <div class="fault-site">
      <label for="fault-site">Home</label>
      <select id="fault-site" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {sites.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function FaultRow({ device, set }: { device: DemoDevice; set: (fault: DemoFault) => void }) {
  const name = `fault-${device.id}`;
  return (
    <li class="fault-row">
      <label for={name}>
        <strong>{deviceName(device.role)}</strong>
        <span class="soft small">{device.plays}</span>
        <span class="soft small">{`${device.profile}, ${device.address}, unit ${device.unit}`}</span>
      </label>
      <select id={name} value={device.fault} onChange={(event) => set(event.currentTarget.value as DemoFault)}>
        {faults.map((fault) => (
          <option key={fault} value={fault}>
            {effects[fault]}
          </option>
        ))}
      </select>
    </li>
  );
}

interface BrokenProps {
  sites: readonly Site[];
  devices: readonly DemoDevice[];
  clear: (device: DemoDevice) => void;
}

function Broken({ sites, devices, clear }: BrokenProps) {
  const broken = devices.filter(({ fault }) => fault !== "none");
  if (broken.length === 0) return null;
  return (
    <ul class="fault-broken">
      {broken.map((device) => (
        <li key={device.id}>
          <button type="button" onClick={() => clear(device)}>
            <Icon name="warning" size={18} />
            {`${sites.find(({ id }) => id === device.site)?.name ?? device.site}, ${deviceName(device.role).toLowerCase()}: ${device.fault}. Repair`}
          </button>
        </li>
      ))}
    </ul>
  );
}

export function deviceName(role: string): string {
  if (role === "grid") return "Grid meter";
  if (role === "pv") return "Solar meter";
  if (role === "battery") return "Battery meter";
  if (role === "relay") return "Relay";
  return role === "inverter" ? "Inverter" : role;
}

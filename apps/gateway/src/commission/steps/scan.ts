/** Who answers, and is it what the configuration says. Nothing is written. */
import { scanUnits } from "@csj/device";
import { loadProfiles } from "@csj/profiles";
import { Millis } from "@csj/quantity";
import type { BusConfig, DeviceConfig } from "../../config/schema.ts";
import { type StepContext, stopIfCancelled } from "../context.ts";
import type { Finding, StepResult } from "../shapes.ts";

const TIMEOUT_MS = 800;

export async function runScan(context: StepContext): Promise<StepResult> {
  const { site } = context;
  const findings: Finding[] = [];
  const profiles = [...loadProfiles().values()];
  for (const device of site.config.devices) {
    stopIfCancelled(context);
    context.say(`Asking unit ${device.unit} on ${device.bus} what it is.`);
    findings.push(await recognised(context, device, profiles));
  }
  const wrong = findings.filter(({ ok }) => ok === false).length;
  const battery = site.config.devices.filter(({ role }) => role === "battery").length;
  const unsure = findings.some(({ ok }) => ok === undefined);
  return {
    state: wrong > 0 ? "failed" : unsure ? "unsure" : "passed",
    summary:
      wrong > 0
        ? `${wrong} of ${findings.length} devices did not answer as what they are configured to be.`
        : `${findings.length} devices answer${unsure ? "; not every one can be told by its registers" : " as what they are configured to be"}.`,
    findings: [...findings, ...unverified(context)],
    plots: [],
    data: {
      battery,
      unmeasured: context.answers["unmeasured"] === true,
      nameplates: context.answers["nameplates"] === true,
    },
  };
}

async function recognised(
  { site }: StepContext,
  device: DeviceConfig,
  profiles: Parameters<typeof scanUnits>[1]["profiles"],
): Promise<Finding> {
  const bus = site.config.buses.find(({ id }) => id === device.bus) as BusConfig;
  const name = `${device.id} (unit ${device.unit} on ${bus.address})`;
  const limit = device.profile;
  try {
    const options = { units: [device.unit], profiles, timeout: Millis(TIMEOUT_MS), shared: true };
    for await (const { found } of scanUnits(site.accessTo(device), options)) {
      if (found === undefined) return { name, value: "does not answer", limit, ok: false };
      const says = found.identity === undefined ? "" : `, ${found.identity.maker} ${found.identity.model}`;
      const fits = found.profiles.includes(device.profile);
      if (fits) return { name, value: `answers as ${device.profile}${says}`, limit, ok: true, origin: "measured" };
      const others = found.profiles.length === 0 ? "nothing that is known" : found.profiles.join(" or ");
      return { name, value: `answers, and looks like ${others}${says}`, limit, origin: "measured" };
    }
  } catch (error) {
    return { name, value: error instanceof Error ? error.message : String(error), limit, ok: false };
  }
  return { name, value: "does not answer", limit, ok: false };
}

/** A map that nobody tried on a device says so on the report as well. */
function unverified({ site }: StepContext): Finding[] {
  const used = [site.gridProfile, ...site.inverters.map(({ profile }) => profile)];
  return [...new Set(used)].map(({ name, verification }) => ({
    name: `Register map of ${name}`,
    value:
      verification.status === "hardware"
        ? "tested on the device"
        : `unverified on a device (from ${verification.status})`,
    origin: "profile" as const,
  }));
}

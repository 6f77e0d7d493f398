import { isCoded } from "@csj/fault";
import { expect, test } from "vitest";
import { parseConfig } from "./load.ts";

const GOOD = `site: {id: site-01, name: 12 Willow Way, zone: Europe/London}
cycle_ms: 1000
interval_s: 1800
time: {trust: systemd}
buses:
  - {id: bus-1, address: "tcp://127.0.0.1:5020"}
devices:
  - {id: site-01-grid, role: grid, profile: eastron-sdm630, bus: bus-1, unit: 1, fuse_a: 63}
  - {id: site-01-inverter, role: inverter, profile: sunspec-inverter, bus: bus-1, unit: 2}
export_limit: {allowed_w: 0}
tariff:
  id: flat
  name: Flat
  currency: GBP
  exponent: 2
  import:
    - {id: day, label: Day, price_per_kwh: "0.2450"}
head_end: {broker: "mqtt://127.0.0.1:1883", enrolment_code: "ABC-123-XYZ"}
page: {port: 8081}
simulated: false
`;

function refusal(text: string): string {
  try {
    parseConfig(text);
  } catch (error) {
    if (isCoded(error)) return error.describe().replace(` ${error.entry.help}`, "");
    throw error;
  }
  return "accepted";
}

test("a whole configuration is taken as it stands", () => {
  expect(parseConfig(GOOD).devices).toHaveLength(2);
});

test.each([
  ["an unknown key", ["cycle_ms: 1000", "cycle: 1000"], "2:1 cycle: cycle is not a known key."],
  ["an unknown key deep inside", ["fuse_a: 63", "fuse: 63"], "8:82 devices.0.fuse: fuse is not a known key."],
  ["a value in the wrong unit", ["cycle_ms: 1000", "cycle_ms: 1s"], "2:11 cycle_ms: cycle_ms must be integer."],
  [
    "a length that no channel has",
    ["interval_s: 1800", "interval_s: 1200"],
    "3:13 interval_s: interval_s must be one of 300, 600, 900, 1800, 3600.",
  ],
  ["a missing key", ["id: bus-1, ", ""], "6:5 buses.0: buses.0 must have required properties id."],
  [
    "a role that does not exist",
    ["role: grid", "role: turbine"],
    "8:30 devices.0.role: devices.0.role must be one of grid, pv, inverter, battery.",
  ],
  [
    "a bus that does not exist",
    ["bus: bus-1, unit: 2", "bus: bus-9, unit: 2"],
    "9:76 devices.1.bus: There is no bus bus-9.",
  ],
  [
    "two devices of one name",
    ["site-01-inverter, role", "site-01-grid, role"],
    "9:10 devices.1.id: Two of the devices are called site-01-grid.",
  ],
  [
    "a limit with nothing to limit",
    ["role: inverter", "role: pv"],
    "10:15 export_limit: There is an export_limit and no device with role inverter to limit.",
  ],
  ["no grid meter", ["role: grid", "role: pv"], "8:3 devices: A site has one device with role grid, not 0."],
  [
    "a zone that does not exist",
    ["Europe/London", "Europe/Camelot"],
    "1:48 site.zone: Europe/Camelot is not a time zone of this machine.",
  ],
  [
    "a price that is not exact",
    ['"0.2450"', "0.245"],
    "17:44 tariff.import.0.price_per_kwh: tariff.import.0.price_per_kwh must be string.",
  ],
])("%s is refused with its line and column", (_, [from, to], expected) => {
  expect(refusal(GOOD.replace(from as string, to as string))).toBe(`GATEWAY_CONFIG_INVALID at site.yaml:${expected}`);
});

test("a rate that leaves part of the day without a price is refused at its place", () => {
  const text = GOOD.replace('price_per_kwh: "0.2450"', 'price_per_kwh: "0.2450", from: "07:00"');
  expect(refusal(text)).toMatch(
    /^GATEWAY_CONFIG_INVALID at site\.yaml:\d+:\d+ tariff\.import: No import rate holds at/,
  );
});

test("a rate that changes within an interval is refused at its place", () => {
  const rates = (time: string) =>
    `price_per_kwh: "0.2450", from: "00:00", to: "${time}"}\n    - {id: night, label: Night, price_per_kwh: "0.1", from: "${time}"`;
  const text = GOOD.replace('price_per_kwh: "0.2450"', rates("07:15"));
  expect(refusal(text)).toBe(
    "GATEWAY_CONFIG_INVALID at site.yaml:17:7 tariff.import.0: Rate day (00:00 to 07:15) starts or ends within an interval of 30 min.",
  );
  expect(refusal(text.replace("interval_s: 1800", "interval_s: 900"))).toBe("accepted");
});

test("a bus address and a profile that do not exist are refused at their places", () => {
  expect(refusal(GOOD.replace("tcp://127.0.0.1:5020", "udp://127.0.0.1"))).toMatch(
    /^GATEWAY_CONFIG_INVALID at site\.yaml:6:26 buses\.0\.address: "udp:/,
  );
  expect(() => parseConfig(GOOD, "site.yaml", ["sunspec-inverter"])).toThrow("There is no profile eastron-sdm630;");
});

test("a slip in the YAML itself is refused with its line and column", () => {
  expect(refusal(GOOD.replace("unit: 1, fuse_a: 63}", "unit: 1, fuse_a: 63"))).toMatch(
    /^GATEWAY_CONFIG_SYNTAX at site\.yaml:\d+:\d+: /,
  );
  expect(refusal(GOOD.replace("cycle_ms: 1000", "cycle_ms: 1000\ncycle_ms: 900"))).toMatch(
    /^GATEWAY_CONFIG_SYNTAX at site\.yaml:3:1: /,
  );
});

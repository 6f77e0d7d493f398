import { isCoded } from "@csj/fault";
import { describe, expect, it } from "vitest";
import { formatBusAddress, parseBusAddress } from "./address.ts";

describe("a bus address", () => {
  it.each([
    ["tcp://127.0.0.1:5020", { kind: "tcp", framing: "tcp", host: "127.0.0.1", port: 5020 }],
    ["tcp://meter.local", { kind: "tcp", framing: "tcp", host: "meter.local", port: 502 }],
    ["tcp://[::1]:1502", { kind: "tcp", framing: "tcp", host: "::1", port: 1502 }],
    ["rtu+tcp://10.0.0.7:4196", { kind: "tcp", framing: "rtu", host: "10.0.0.7", port: 4196 }],
    [
      "serial:/dev/ttyUSB0",
      { kind: "serial", framing: "rtu", path: "/dev/ttyUSB0", baud: 9600, parity: "none", stopBits: 1 },
    ],
    [
      "serial:/dev/ttyS1?baud=19200&parity=even&stop=2",
      { kind: "serial", framing: "rtu", path: "/dev/ttyS1", baud: 19200, parity: "even", stopBits: 2 },
    ],
    [
      "serial:COM3?baud=38400",
      { kind: "serial", framing: "rtu", path: "COM3", baud: 38400, parity: "none", stopBits: 1 },
    ],
  ])("%s", (text, address) => {
    expect(parseBusAddress(text)).toEqual(address);
    expect(parseBusAddress(formatBusAddress(parseBusAddress(text)))).toEqual(address);
  });

  it.each([
    "",
    "127.0.0.1:502",
    "tcp://",
    "tcp://host:0",
    "tcp://host:70000",
    "tcp://host:502/path",
    "udp://host:502",
    "serial:",
    "serial:/dev/ttyUSB0?baud=fast",
    "serial:/dev/ttyUSB0?parity=mark",
    "serial:/dev/ttyUSB0?stop=1.5",
    "serial:/dev/ttyUSB0?speed=9600",
  ])("that makes no sense is refused by name: %j", (text) => {
    let caught: unknown;
    try {
      parseBusAddress(text);
    } catch (error) {
      caught = error;
    }
    expect(isCoded(caught, "MODBUS_ADDRESS")).toBe(true);
    expect(String(caught)).toContain(JSON.stringify(text).slice(1, -1));
  });
});

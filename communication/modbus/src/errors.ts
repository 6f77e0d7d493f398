import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  MODBUS_ADDRESS: {
    fault: "configuration",
    retry: false,
    help: "Write tcp://host:port, rtu+tcp://host:port or serial:/dev/ttyUSB0?baud=9600&parity=none&stop=1.",
  },
  MODBUS_REQUEST: {
    fault: "bug",
    retry: false,
    help: "Keep unit, function, address and count within the limits of the Modbus specification.",
  },
  MODBUS_QUEUE_FULL: {
    fault: "host",
    retry: true,
    help: "Ask less often, or spread the devices over more buses.",
  },
  MODBUS_LINK: {
    fault: "wire",
    retry: true,
    help: "Check that the device or serial port is there, and that nobody else holds it.",
  },
  MODBUS_CLOSED: { fault: "bug", retry: false, help: "Ask before the bus is closed." },
  MODBUS_TIMEOUT: {
    fault: "wire",
    retry: true,
    help: "Check wiring, power, unit id, baud and parity; some devices need a longer timeout.",
  },
  MODBUS_TRUNCATED: {
    fault: "wire",
    retry: true,
    help: "Check the wiring, the termination of the line and the baud.",
  },
  MODBUS_CRC: { fault: "wire", retry: true, help: "Check wiring, termination, baud and parity." },
  MODBUS_FOREIGN: {
    fault: "wire",
    retry: true,
    help: "Check that unit ids are unique and that no second master shares the line.",
  },
  MODBUS_LATE: {
    fault: "wire",
    retry: true,
    help: "The device answers later than the timeout: raise the timeout or ask less often.",
  },
  MODBUS_MALFORMED: {
    fault: "device",
    retry: true,
    help: "Check the profile against the device's manual; the device does not keep to the Modbus specification.",
  },
  MODBUS_EXCEPTION: {
    fault: "device",
    retry: false,
    help: "Check the profile's addresses and functions against the device's manual; for 10 and 11, the unit id and the wiring behind the gateway.",
  },
});

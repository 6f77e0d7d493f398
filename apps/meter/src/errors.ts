import { defineErrors } from "@csj/fault";

export const meterErrors = defineErrors({
  METER_REGISTERS_DAMAGED: {
    fault: "host",
    retry: false,
    help: "No slot of the file holds whole registers. Keep the file, read the last register values from the load profile or the gateway, and start with a new folder as an exchanged meter: registers are never begun at 0 by themselves.",
  },
  METER_NOT_WRITTEN: {
    fault: "host",
    retry: true,
    help: "Look at the disk: is it full, read-only or worn? The meter goes on measuring and tries again; what it has not written is lost when power is.",
  },
  METER_LINE_REFUSED: {
    fault: "configuration",
    retry: true,
    help: "Name a serial line that is there and that this user may open, or leave `modbus.serial` out.",
  },
  METER_STATE_TOO_LARGE: {
    fault: "bug",
    retry: false,
    help: "The registers do not fit in a slot of their file.",
  },
  METER_CONFIG_UNREADABLE: {
    fault: "configuration",
    retry: false,
    help: "Name a file that exists and that this user can read.",
  },
  METER_CONFIG_SYNTAX: {
    fault: "configuration",
    retry: false,
    help: "Correct the YAML at the line and column named.",
  },
  METER_CONFIG_INVALID: {
    fault: "configuration",
    retry: false,
    help: "Correct the value at the place named; docs/METER.md lists every key of a meter's configuration.",
  },
  METER_PORT_TAKEN: {
    fault: "host",
    retry: true,
    help: "Choose another port, or end the program that has it; port 0 takes a free one.",
  },
  METER_SOURCE_LOST: {
    fault: "device",
    retry: true,
    help: "Look at the front end and its line. The meter goes on trying; until samples come, its values are unavailable.",
  },
  METER_SOURCE_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Name a source that exists and gives what docs/METER.md says of its kind.",
  },
  METER_DATA_FILE: {
    fault: "configuration",
    retry: false,
    help: "Name an event code table or a protection profile that the measuring unit has; docs/TAMPER.md and docs/PROTECTION.md list them.",
  },
});

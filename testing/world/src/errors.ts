import { defineErrors } from "@csj/fault";

export const worldErrors = defineErrors({
  WORLD_DATA_MISSING: {
    fault: "configuration",
    retry: false,
    help: "Name a folder with one loads_1min_*_kw.csv and one pv_1min_*_kw.csv, or leave the data out for generated homes.",
  },
  WORLD_DATA_BAD: {
    fault: "configuration",
    retry: false,
    help: "The files hold a header, then 1,440 rows of a minute number and one power in kW per column.",
  },
  WORLD_PLANT_BAD: {
    fault: "configuration",
    retry: false,
    help: "The file holds a list `sites` whose entries change what they name; docs/WORLD.md lists the keys.",
  },
  WORLD_SITES_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Ask for fewer sites, give each site its own id, and give each a meter at the grid.",
  },
  WORLD_SITE_UNKNOWN: {
    fault: "configuration",
    retry: false,
    help: "List the devices of the world to see the sites that it has.",
  },
  WORLD_DEVICE_UNKNOWN: {
    fault: "configuration",
    retry: false,
    help: "List the devices of the world to see their ids.",
  },
  WORLD_FAULT_REFUSED: {
    fault: "configuration",
    retry: false,
    help: "Choose one of the faults that the device lists.",
  },
  WORLD_SAVE_MISMATCH: {
    fault: "configuration",
    retry: false,
    help: "Restore a world with the sites, seed and version that it was saved with, or start afresh.",
  },
  WORLD_STUCK: {
    fault: "bug",
    retry: false,
    help: "Report the seed and the instant: the plant did not get to the end of its step.",
  },
  WORLD_PORT_TAKEN: {
    fault: "host",
    retry: true,
    help: "End the program that holds the port, or give another first port; 0 takes free ones.",
  },
  WORLD_SERIAL_SPEED: {
    fault: "configuration",
    retry: false,
    help: "A serial line carries real time only: run the clock at speed 1, or use TCP.",
  },
});

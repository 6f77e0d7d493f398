/**
 * The codes of the gateway and its outbox. An unattended program on site is read about in its log, so each says what to do
 * there.
 */
import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  GATEWAY_CONFIG_UNREADABLE: {
    fault: "configuration",
    retry: false,
    help: "Give --config the path of a site's YAML file that this user may read.",
  },
  GATEWAY_CONFIG_SYNTAX: {
    fault: "configuration",
    retry: false,
    help: "Correct the YAML at the place named; docs/GATEWAY.md has a whole example.",
  },
  GATEWAY_CONFIG_INVALID: {
    fault: "configuration",
    retry: false,
    help: "Correct the value at the place named; docs/GATEWAY.md lists every key with its unit.",
  },
  GATEWAY_KEY_DAMAGED: {
    fault: "host",
    retry: false,
    help: "Restore the key file, or remove it to be a new gateway, which the head-end must enrol afresh.",
  },
  GATEWAY_DEVICE_FAILED: {
    fault: "device",
    retry: true,
    help: "Check the device's power, wiring, unit id and profile; `csj scan` shows what answers on the bus.",
  },
  GATEWAY_HEAD_END_CHANGED: {
    fault: "peer",
    retry: false,
    help: "If the head-end was set up afresh, remove identity/head-end.json in the gateway's folder; else ask who answers.",
  },
  GATEWAY_BROKER: {
    fault: "peer",
    retry: true,
    help: "Check head_end.broker, its user and password, and the network; the gateway goes on trying, and half-hours wait in its outbox.",
  },
  GATEWAY_HEAD_END_REFUSED: {
    fault: "peer",
    retry: true,
    help: "Make an enrolment code on the head-end and put it into head_end.enrolment_code.",
  },
  GATEWAY_PAGE_NEEDS_TOKEN: {
    fault: "configuration",
    retry: false,
    help: "Set page.token_file, or bind the page to 127.0.0.1.",
  },
  GATEWAY_PAGE_PORT: {
    fault: "host",
    retry: true,
    help: "Give page.port a free port, or 0 for any.",
  },
  GATEWAY_TOKEN_NEEDED: {
    fault: "configuration",
    retry: false,
    help: "Open the page once with ?token=TOKEN, or send Authorization: Bearer TOKEN; it is in page.token_file.",
  },
  GATEWAY_NOT_FOUND: {
    fault: "configuration",
    retry: false,
    help: "GET /api/v1/sites names the gateway's one site.",
  },
  GATEWAY_STREAMS_FULL: {
    fault: "host",
    retry: true,
    help: "Close pages that show this site, or wait until some are closed.",
  },
  GATEWAY_REQUEST: {
    fault: "configuration",
    retry: false,
    help: "Correct the request; the gateway's page has GET addresses only.",
  },
  GATEWAY_ORDER: {
    fault: "configuration",
    retry: false,
    help: "docs/GATEWAY.md lists what may be switched on site and within which bounds.",
  },
  GATEWAY_RELAY_WELDED: {
    fault: "device",
    retry: false,
    help: "The relay was told to open and its contacts stay closed: switch the inverters off by hand and replace it.",
  },
  GATEWAY_HOLD_UNREADABLE: {
    fault: "host",
    retry: false,
    help: "The site starts at its safe limit, as after a loss of power; the file is written anew.",
  },
  GATEWAY_STANDARD: {
    fault: "configuration",
    retry: false,
    help: "Name one of the standards of docs/STANDARDS.md, or correct the file.",
  },
  GATEWAY_COMMISSION_CANCELLED: {
    fault: "configuration",
    retry: true,
    help: "Start the step again when the site is ready for it; every inverter is held at its safe limit meanwhile.",
  },
  GATEWAY_COMMISSION_BUSY: {
    fault: "configuration",
    retry: true,
    help: "Wait until the step that runs is over, or stop it.",
  },
  GATEWAY_COMMISSION_STEP: {
    fault: "configuration",
    retry: false,
    help: "Do the steps that it needs first; GET /api/v1/sites/ID/commission lists them.",
  },
  GATEWAY_COMMISSION_STATE: {
    fault: "host",
    retry: false,
    help: "Move commission/state.json out of the gateway's folder; the walk then begins afresh.",
  },
  GATEWAY_EVIDENCE_DISK: {
    fault: "host",
    retry: true,
    help: "Free space on the gateway's disk: the limit is held, and what the evidence log lost is counted in it.",
  },
  OUTBOX_UNREADABLE: {
    fault: "host",
    retry: false,
    help: "It was moved aside and a new one begun; keep the old file and its key if its readings matter.",
  },
  OUTBOX_CANNOT_STORE: {
    fault: "host",
    retry: true,
    help: "Free space on the gateway's disk; readings are held in memory meanwhile, and what is dropped is reported.",
  },
});

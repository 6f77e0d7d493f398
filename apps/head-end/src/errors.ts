/** The head-end's codes; whoever reads one finds it in docs/ERRORS.md. A gateway is told the same codes in a refusal. */
import { defineErrors } from "@csj/fault";

export const errors = defineErrors({
  HEADEND_CONFIG: {
    fault: "configuration",
    retry: false,
    help: "docs/OPERATIONS.md lists every key of the head-end's file.",
  },
  HEADEND_PORT_IN_USE: {
    fault: "host",
    retry: true,
    help: "Another program listens there: stop it, or choose another port in the head-end's file.",
  },
  HEADEND_BROKER: {
    fault: "peer",
    retry: true,
    help: "Check the broker's address and that it runs.",
  },
  HEADEND_NOT_ALONE: {
    fault: "configuration",
    retry: false,
    help: "Several head-ends share one broker only when they share one PostgreSQL database.",
  },
  HEADEND_MESSAGE: {
    fault: "peer",
    retry: false,
    help: "The gateway sent something that is not a message of this version; the same bytes are refused again.",
  },
  HEADEND_MAC: {
    fault: "peer",
    retry: false,
    help: "The message was not made with the key agreed at enrolment; nothing of it was used.",
  },
  HEADEND_SEAL: {
    fault: "peer",
    retry: false,
    help: "The signature is not that of the gateway's device key over this message; nothing of it was used.",
  },
  HEADEND_METER_TAKEN: {
    fault: "configuration",
    retry: false,
    help: "Another gateway has this meter's or site's id: ids are unique over all gateways of a head-end.",
  },
  HEADEND_CONFLICT: {
    fault: "peer",
    retry: false,
    help: "Another value is stored for the same meter and time. The first one stays; this one was kept beside it.",
  },
  HEADEND_DAY: {
    fault: "peer",
    retry: false,
    help: "Days before 2000 or after 2099 are not stored: check the gateway's clock.",
  },
  HEADEND_ENROLMENT_KEY: {
    fault: "configuration",
    retry: false,
    help: "This gateway is enrolled with another device key: give the new one another id.",
  },
  HEADEND_ENROLMENT_CODE: {
    fault: "configuration",
    retry: false,
    help: "The code is unknown, used or too old: make a new one and write it into the gateway's file.",
  },
  HEADEND_ENROLMENT_UNKNOWN: {
    fault: "configuration",
    retry: false,
    help: "Write an enrolment code into the gateway's file, or add its public key to the head-end's list.",
  },
  HEADEND_ENROLMENT_SIGNATURE: {
    fault: "peer",
    retry: false,
    help: "The hello was not signed by the device key that it carries.",
  },
  HEADEND_ZONE: {
    fault: "configuration",
    retry: false,
    help: "Write an IANA zone whose offset is a multiple of the meter's interval, or use 15-minute intervals.",
  },
  HEADEND_NOT_FOUND: {
    fault: "configuration",
    retry: false,
    help: "GET /api/v1/sites and GET /api/v1/meters list what there is.",
  },
  HEADEND_REQUEST: {
    fault: "configuration",
    retry: false,
    help: "GET /openapi.json describes every request.",
  },
  HEADEND_TOKEN: {
    fault: "configuration",
    retry: false,
    help: "Send the token of the head-end's token file as `Authorization: Bearer TOKEN`.",
  },
  HEADEND_INGEST_ENDED: {
    fault: "bug",
    retry: false,
    help: "Restart the head-end and report what its log says; gateways send again what was not stored.",
  },
  HEADEND_BUSY: {
    fault: "host",
    retry: true,
    help: "As many live streams are open as may be; close one and try again.",
  },
});

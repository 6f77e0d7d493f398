/** MQTT topics. Lower case, no leading slash; the version comes before anything that may change. */
const ROOT = "csj/v1";

export const topics = {
  /** Enrolment; QoS 1. */
  hello: (gateway: string) => `${ROOT}/${gateway}/up/hello`,
  /** Envelopes that must be acknowledged end to end; QoS 1. */
  up: (gateway: string) => `${ROOT}/${gateway}/up/data`,
  /** The live picture; QoS 0. */
  live: (gateway: string) => `${ROOT}/${gateway}/up/live`,
  /** Acknowledgements and requests to the gateway; QoS 1. */
  down: (gateway: string) => `${ROOT}/${gateway}/down`,
  /** `online` or, as the gateway's last will, `offline`; retained. */
  status: (gateway: string) => `${ROOT}/${gateway}/status`,
} as const;

export const subscriptions = {
  hello: `${ROOT}/+/up/hello`,
  up: `${ROOT}/+/up/data`,
  live: `${ROOT}/+/up/live`,
  status: `${ROOT}/+/status`,
} as const;

/** The gateway that a topic belongs to, or undefined for somebody else's topic. */
export function gatewayOf(topic: string): string | undefined {
  const parts = topic.split("/");
  return parts[0] === "csj" && parts[1] === "v1" ? parts[2] : undefined;
}

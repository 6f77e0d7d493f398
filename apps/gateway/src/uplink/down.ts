/** Opens what came down: shape first, the MAC by whoever has the key. */
import { checkedDown, checkedEnvelope, type DownBody } from "@csj/uplink";

export interface Down {
  readonly body: DownBody;
  readonly mac: string;
}

/** An acknowledgement of a whole window is some 1 kB. */
const BYTES_MAX = 65_536;

export function openDown(payload: Uint8Array, gateway: string): Down | undefined {
  if (payload.length > BYTES_MAX) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return undefined;
  }
  const envelope = checkedEnvelope(value);
  if (envelope.problem !== undefined || envelope.value.seal !== undefined) return undefined;
  const body = checkedDown(envelope.value.body);
  if (body.problem !== undefined || body.value.gateway !== gateway) return undefined;
  return { body: body.value, mac: envelope.value.mac };
}

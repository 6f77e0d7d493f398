/** Opens what came down: shape first, the MAC by whoever has the key. */
import { AckBody, type DownBody, RefusalBody, ResendBody, WelcomeBody } from "@csj/uplink";
import { Type } from "typebox";
import { Compile } from "typebox/compile";

export interface Down {
  readonly body: DownBody;
  readonly mac: string;
}

const shape = Compile(
  Type.Object(
    {
      body: Type.Union([WelcomeBody, RefusalBody, AckBody, ResendBody]),
      mac: Type.String({ pattern: "^[0-9a-f]{64}$" }),
    },
    { additionalProperties: false },
  ),
);

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
  if (!shape.Check(value)) return undefined;
  const down = value as Down;
  return down.body.gateway === gateway ? down : undefined;
}

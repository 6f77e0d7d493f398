/** Whose log it should be. Nothing is made here: a command that checks must not be the one that makes a key. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@csj/evidence";
import { nodeSigner } from "@csj/runtime/node";
import { errors } from "../errors.ts";

const HEX_KEY = /^[0-9a-f]{64}$/;

export interface DeviceKey {
  readonly hex: string;
  /** Where it is from, for people: only one that came another way than the log says whose log it is. */
  readonly from: string;
}

export function deviceKey(given: string | undefined, home: string): DeviceKey {
  if (given !== undefined) {
    if (!HEX_KEY.test(given)) throw errors.CLI_OPTION_INVALID("--key must be 64 lower-case hex digits.");
    return { hex: given, from: "--key" };
  }
  const file = join(home, "identity", "device.pem");
  try {
    return { hex: toHex(nodeSigner(readFileSync(file, "utf8")).publicKey), from: file };
  } catch (cause) {
    throw errors.CLI_PROOF_KEY("The device's public key is not known.", { file }, cause);
  }
}

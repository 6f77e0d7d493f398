/**
 * Who a gateway is: its keys, made at the first start. They lie beside the outbox, readable by the owner alone; whoever
 * steals the card has both, so the encryption protects a copied outbox and not a stolen gateway.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Instant } from "@csj/quantity";
import type { Signer } from "@csj/runtime";
import { agreementKeys, agreementPublicKey, generateDeviceKey, nodeSigner } from "@csj/runtime/node";
import { readIfThere, writeDurably } from "./durable-file.ts";
import { errors } from "./errors.ts";

export interface Agreement {
  /** PKCS #8 PEM of an X25519 key. */
  readonly privatePem: string;
  readonly publicRaw: Uint8Array;
}

export interface Identity {
  readonly signer: Signer;
  readonly agreement: Agreement;
  /** 64 hex digits. */
  readonly outboxKey: string;
  /** A number that no outbox of this gateway had before: seconds since 1970, and more than the last one in any case. */
  nextEpoch(now: Instant | undefined): number;
  /** The head-end's raw X25519 key, kept from the first welcome on. */
  headEndKey(): Uint8Array | undefined;
  keepHeadEndKey(key: Uint8Array): void;
}

export function openIdentity(home: string): Identity {
  const folder = join(home, "identity");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const device = keep(join(folder, "device.pem"), generateDeviceKey);
  const agreement = keep(join(folder, "agreement.pem"), () => agreementKeys().privatePem);
  const outboxKey = keep(join(folder, "outbox.key"), () => randomBytes(32).toString("hex"));
  const headEnd = join(folder, "head-end.json");
  return {
    signer: parsed(join(folder, "device.pem"), () => nodeSigner(device)),
    agreement: {
      privatePem: agreement,
      publicRaw: parsed(join(folder, "agreement.pem"), () => agreementPublicKey(agreement)),
    },
    outboxKey,
    nextEpoch: (now) => nextEpoch(join(folder, "epoch"), now),
    headEndKey: () => readHeadEndKey(headEnd),
    keepHeadEndKey: (key) =>
      writeDurably(headEnd, `${JSON.stringify({ agreement_key: Buffer.from(key).toString("hex") })}\n`),
  };
}

function keep(path: string, make: () => string): string {
  const stored = readIfThere(path);
  if (stored !== undefined) return stored;
  const made = make();
  writeDurably(path, made);
  return made;
}

function parsed<Value>(path: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (error) {
    throw errors.GATEWAY_KEY_DAMAGED("The key file does not hold a key.", { file: path }, error);
  }
}

function nextEpoch(path: string, now: Instant | undefined): number {
  const last = Number.parseInt(readIfThere(path) ?? "0", 10);
  const epoch = Math.max(now === undefined ? 1 : Math.floor(now / 1000), (Number.isFinite(last) ? last : 0) + 1);
  writeDurably(path, `${epoch}\n`);
  return epoch;
}

function readHeadEndKey(path: string): Uint8Array | undefined {
  const text = readIfThere(path);
  if (text === undefined) return undefined;
  const key = Buffer.from(
    parsed(path, () => String(JSON.parse(text).agreement_key)),
    "hex",
  );
  if (key.length !== 32) throw errors.GATEWAY_KEY_DAMAGED("The head-end's key is not 32 bytes.", { file: path });
  return key;
}

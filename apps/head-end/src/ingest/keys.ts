/** What a gateway's messages are checked with. Looked up once and kept; bounded, so that a city does not fill the memory. */
import { keyAgreement } from "@csj/runtime/node";
import { type Database, type GatewayRow, gatewaysById } from "@csj/store";
import { macKeyInfo } from "@csj/uplink";

export interface GatewayKeys {
  /** Key of the gateway's row. */
  readonly key: number;
  /** Raw Ed25519. */
  readonly publicKey: Uint8Array;
  readonly macKey: Uint8Array;
}

/** About 300 bytes each. */
const KEPT_MAX = 131_072;

export class KeyRing {
  readonly #database: Database;
  readonly #agree: (peerRaw: Uint8Array, info: string) => Uint8Array;
  readonly #kept = new Map<string, GatewayKeys>();

  constructor(database: Database, agreementPem: string) {
    this.#database = database;
    this.#agree = keyAgreement(agreementPem);
  }

  get(gateway: string): GatewayKeys | undefined {
    return this.#kept.get(gateway);
  }

  /** Looks up those that are not kept. */
  async load(gateways: Iterable<string>): Promise<void> {
    const missing = [...new Set(gateways)].filter((id) => !this.#kept.has(id));
    if (missing.length === 0) return;
    if (this.#kept.size + missing.length > KEPT_MAX) this.#kept.clear();
    for (const row of await gatewaysById(this.#database, missing)) this.#kept.set(row.id, this.#keysOf(row));
  }

  /** After an enrolment, or a MAC that another key may have made. */
  forget(gateway: string): void {
    this.#kept.delete(gateway);
  }

  #keysOf(row: GatewayRow): GatewayKeys {
    const macKey = this.#agree(row.agreement_key, macKeyInfo(row.id));
    return { key: row.key, publicKey: row.public_key, macKey };
  }
}

/**
 * Bytes in, committed rows out. A batch is opened message by message, its seals are checked all at once (on every core),
 * and it is stored in one transaction. What a message is told depends on that transaction alone: nothing is acknowledged
 * that is not committed, and a message that can never be stored takes no other with it.
 */
import { setImmediate as turn } from "node:timers/promises";
import { type CodedError, isCoded } from "@csj/fault";
import type { Clock, Digest, Verifier } from "@csj/runtime";
import { type Batch, type Conflicts, type Database, isStorableDay, Partitions, storeBatch } from "@csj/store";
import { errors } from "../errors.ts";
import type { KeyRing } from "./keys.ts";
import { needsSeal, type Opened, open, sealHolds } from "./opened.ts";
import type { Incoming, Outcome, Taker } from "./outcome.ts";
import { Ownership } from "./ownership.ts";
import { dayRecord, deliveryOf, intervalRecord, statementRecord } from "./records.ts";

/**
 * After this many messages the event loop gets a turn: the batch before this one has the database, and each of its
 * statements waits for us to send it. Opened in one go, 2,048 messages kept it waiting for 30 ms a statement.
 */
const OPENED_AT_ONCE = 128;

export interface IngestDeps {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly digest: Digest;
  readonly verifier: Verifier;
  readonly clock: Pick<Clock, "now">;
}

export class Ingest implements Taker {
  readonly #deps: IngestDeps;
  readonly #partitions: Partitions;
  readonly #ownership: Ownership;

  constructor(deps: IngestDeps) {
    this.#deps = deps;
    this.#partitions = new Partitions(deps.database);
    this.#ownership = new Ownership(deps.database);
  }

  /** One outcome for each message, in their order. Rejects only by a mistake of ours. */
  async take(messages: readonly Incoming[]): Promise<Outcome[]> {
    const opened = await this.#open(messages);
    const good = opened.filter((one): one is Opened => !isCoded(one));
    const refusals = await this.#refusals(good);
    const stored = await this.#store(refusals.size === 0 ? good : good.filter((one) => !refusals.has(one)));
    return opened.map((one): Outcome => {
      if (isCoded(one)) return { kind: "dropped", error: one };
      const refusal = refusals.get(one);
      if (refusal !== undefined) return { kind: "refused", body: one.body, error: refusal };
      return stored.get(one) ?? { kind: "stored", body: one.body };
    });
  }

  forget(gateway: string): void {
    this.#deps.keys.forget(gateway);
  }

  async #open(messages: readonly Incoming[]): Promise<(Opened | CodedError)[]> {
    const { keys, digest } = this.#deps;
    await keys.load(messages.map(({ gateway }) => gateway));
    const opened: (Opened | CodedError)[] = [];
    for (const [at, one] of messages.entries()) {
      if (at % OPENED_AT_ONCE === OPENED_AT_ONCE - 1) await turn();
      opened.push(open(digest, one, keys.get(one.gateway)));
    }
    // Another head-end may have enrolled it anew: its key is looked up again for what comes next.
    for (const [at, one] of opened.entries()) if (isCoded(one, "HEADEND_MAC")) keys.forget(messages[at]?.gateway ?? "");
    return opened;
  }

  async #refusals(opened: readonly Opened[]): Promise<Map<Opened, CodedError>> {
    const refusals = new Map<Opened, CodedError>();
    for (const one of opened) {
      const refusal = one.refusal ?? misplaced(one.body);
      if (refusal !== undefined) refusals.set(one, refusal);
    }
    await this.#checkSeals(opened, refusals);
    const sealed = refusals.size === 0 ? opened : opened.filter((one) => !refusals.has(one));
    await this.#ownership.claim(sealed);
    for (const one of sealed) {
      const name =
        this.#ownership.takenMeter(one) ??
        (one.body.kind === "site" ? await this.#ownership.takenSite(one) : undefined);
      if (name !== undefined) refusals.set(one, errors.HEADEND_METER_TAKEN(`${name} belongs to another gateway.`));
    }
    return refusals;
  }

  /** All at once, so that they are checked on every core. */
  async #checkSeals(opened: readonly Opened[], refusals: Map<Opened, CodedError>): Promise<void> {
    const { digest, verifier } = this.#deps;
    const sealed = opened.filter((one) => needsSeal(one) && !refusals.has(one));
    const holds = await Promise.all(sealed.map((one) => sealHolds(digest, verifier, one)));
    for (const [at, one] of sealed.entries()) {
      if (!holds[at]) refusals.set(one, errors.HEADEND_SEAL("The seal is not that of the gateway's key."));
    }
  }

  /** Outcomes of those that were not simply stored. */
  async #store(opened: readonly Opened[]): Promise<Map<Opened, Outcome>> {
    if (opened.length === 0) return new Map();
    const { batch, sources } = this.#batchOf(opened);
    try {
      return conflictOutcomes(await storeBatch(this.#deps.database, this.#partitions, batch), sources);
    } catch (error) {
      return isCoded(error, "STORE_DATA") ? this.#storeHalves(opened, error) : failures(opened, error);
    }
  }

  /** Finds the message that the database cannot hold, and stores the others. */
  async #storeHalves(opened: readonly Opened[], error: CodedError): Promise<Map<Opened, Outcome>> {
    const [only] = opened;
    if (opened.length === 1 && only !== undefined) {
      return new Map([[only, { kind: "refused", body: only.body, error: errors.HEADEND_MESSAGE(error.message) }]]);
    }
    const half = opened.length >> 1;
    const first = await this.#store(opened.slice(0, half));
    return new Map([...first, ...(await this.#store(opened.slice(half)))]);
  }

  #batchOf(opened: readonly Opened[]): { batch: Batch; sources: Map<unknown, Opened> } {
    const now = this.#deps.clock.now();
    const batch = { days: [], intervals: [], statements: [] } as {
      -readonly [Part in keyof Batch]: Batch[Part][number][];
    };
    const sources = new Map<unknown, Opened>();
    for (const one of opened) {
      const { body, text } = one;
      const delivery = deliveryOf(one, now);
      if (body.kind === "site" || body.kind === "loss") {
        batch.statements.push(statementRecord(body, text, delivery));
        continue;
      }
      const meter = this.#ownership.meter(body.meter)?.key ?? 0;
      if (body.kind === "day") batch.days.push({ record: dayRecord(body, meter, delivery), body: text });
      else batch.intervals.push({ record: intervalRecord(body, meter, delivery), body: text });
      sources.set((body.kind === "day" ? batch.days : batch.intervals).at(-1)?.record, one);
    }
    return { batch, sources };
  }
}

function misplaced(body: Opened["body"]): CodedError | undefined {
  if (body.kind === "day" && !isStorableDay(body.day)) return errors.HEADEND_DAY(`${body.day} is not stored.`);
  if (body.kind !== "interval") return undefined;
  const inRange = body.start_s >= START_MIN_S && body.start_s < START_END_S;
  return inRange ? undefined : errors.HEADEND_DAY(`An interval at ${body.start_s} s since 1970 is not stored.`);
}

const START_MIN_S = Date.UTC(2000, 0) / 1000;
const START_END_S = Date.UTC(2100, 0) / 1000;

function conflictOutcomes(conflicts: Conflicts, sources: ReadonlyMap<unknown, Opened>): Map<Opened, Outcome> {
  const outcomes = new Map<Opened, Outcome>();
  for (const record of conflicts) {
    const source = sources.get(record);
    if (source === undefined) continue;
    const { body } = source;
    const what = body.kind === "day" ? `the day ${body.day}` : "an interval";
    const error = errors.HEADEND_CONFLICT(`Something else is stored for ${what} of this meter.`);
    outcomes.set(source, { kind: "refused", body, error });
  }
  return outcomes;
}

function failures(opened: readonly Opened[], error: unknown): Map<Opened, Outcome> {
  return new Map(opened.map((one) => [one, { kind: "failed", body: one.body, error }]));
}

/**
 * Tells people that the site is at its safe limit or locked out: in the live picture (and so on the page and over MQTT),
 * in the log, and to a webhook. An alarm is raised once and ended once; a webhook that does not answer is tried a few
 * times and then given up, since the next change is told anew and the page has the state all the while.
 */

import { seconds } from "@csj/quantity";
import type { Log, Timers } from "@csj/runtime";

export interface Alarm {
  /** Stable: a mode and its reason, `failsafe/meter-stale`. */
  readonly code: string;
  readonly says: string;
  /** ISO; null while the clock is not trusted. */
  readonly since: string | null;
}

export interface AlarmMessage extends Alarm {
  readonly site: string;
  readonly state: "raised" | "ended";
}

/** Sends one message; rejects where it was not taken. */
export type AlarmSender = (message: AlarmMessage) => Promise<void>;

const TRIES = 4;
const TRY_AGAIN = seconds(5);
/** Messages that wait for a webhook that is slow; the oldest is dropped, the newest says how it stands. */
const WAITING_MAX = 16;

export interface AlarmDeps {
  readonly site: string;
  readonly log: Log;
  readonly timers: Timers;
  readonly send: AlarmSender | undefined;
}

export class Alarms {
  readonly #deps: AlarmDeps;
  #standing: Alarm | undefined;
  #waiting: AlarmMessage[] = [];
  #sending = false;

  constructor(deps: AlarmDeps) {
    this.#deps = deps;
  }

  get standing(): Alarm | undefined {
    return this.#standing;
  }

  /** What stands now; undefined ends what stood. The same code again is no news. */
  stand(alarm: Alarm | undefined): void {
    const before = this.#standing;
    if (before?.code === alarm?.code) return;
    this.#standing = alarm;
    if (before !== undefined) this.#tell({ ...before, site: this.#deps.site, state: "ended" });
    if (alarm !== undefined) this.#tell({ ...alarm, site: this.#deps.site, state: "raised" });
  }

  #tell(message: AlarmMessage): void {
    const { log, send } = this.#deps;
    const { code, says, state } = message;
    if (state === "raised") log.warn(`Alarm: ${says}`, { code });
    else log.info(`Alarm ended: ${says}`, { code });
    if (send === undefined) return;
    this.#waiting = [...this.#waiting, message].slice(-WAITING_MAX);
    if (!this.#sending) void this.#sendAll(send);
  }

  async #sendAll(send: AlarmSender): Promise<void> {
    this.#sending = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await this.#sendOne(send, next);
    }
    this.#sending = false;
  }

  async #sendOne(send: AlarmSender, message: AlarmMessage): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send(message);
      } catch (error) {
        this.#deps.log.warn("an alarm was not taken", { code: message.code, attempt, says: String(error) });
        if (attempt === TRIES) return;
        await new Promise<void>((resolve) => this.#deps.timers.after(TRY_AGAIN, resolve));
      }
    }
  }
}

const WEBHOOK_TIMEOUT_MS = 5_000;

/** By POST, as JSON. Anything but 2xx is not taken. */
export function webhook(url: string): AlarmSender {
  return async (message) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  };
}

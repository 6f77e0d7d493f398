/**
 * Decides what of the cycles is written. Decisions on change; all cycles from 10 s before to 30 s after an excursion, a
 * lowered limit or a change of mode; and a summary of every minute. A day of nothing special is about 1,440 lines.
 */
import type { BodyOf, EvidenceBody } from "@csj/export-limit";
import { ExcursionWatch } from "./excursion-watch.ts";
import { type CycleRecord, type SeenCycle, seen } from "./facts.ts";
import { Minute } from "./minute.ts";
import { moment, pictureOf, short, wholeOr0 } from "./rounded.ts";

export interface RecorderLimits {
  /** Bytes that all but the minutes may take in a day; then cycles and decisions are kept once in ten seconds. */
  readonly bytesPerDay: number;
}

export interface Recorded {
  readonly bodies: EvidenceBody[];
  /** True where it must be signed and on the disk soon: an excursion has ended. */
  readonly seal: boolean;
}

const BEFORE_MS = 10_000;
const AFTER_MS = 30_000;
/** Ten seconds of a cycle of 100 ms. */
const RING_MAX = 100;
/** An excursion that nobody ends is kept at full rate for this long, then once in ten seconds. */
const FULL_RATE_FOR_MS = 600_000;
const THIN_MS = 10_000;
/** No standard counts an excursion that is shorter. */
const SHORT_MS = 5_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A limit that follows the load moves all the time: it is a decision worth a line once it moved so far, so seldom. */
const LIMIT_MOVED_SHARE = 0.02;
const LIMIT_MOVED_W = 50;
const MOVED_EVERY_MS = 10_000;
/** Reasons between which a limit that follows the load goes back and forth. */
const ORDINARY: ReadonlySet<string> = new Set(["not-limiting", "following-load", "rising"]);
/** A clock that network time pulls slowly moves by less between two cycles. */
const WALL_JUMP_MS = 2_000;

export class Recorder {
  readonly #limits: RecorderLimits;
  readonly #minute = new Minute();
  readonly #excursions = new ExcursionWatch();
  #ring: SeenCycle[] = [];
  #last: SeenCycle | undefined;
  #decided: SeenCycle | undefined;
  /** Where the window of full rate began and until when it goes on; undefined where none is open. */
  #window: { readonly since: number; until: number } | undefined;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #excursionAt = Number.NEGATIVE_INFINITY;
  #day = { from: Number.NEGATIVE_INFINITY, bytes: 0, said: false };

  constructor(limits: RecorderLimits) {
    this.#limits = limits;
  }

  cycle(record: CycleRecord): Recorded {
    const cycle = seen(record);
    const bodies: EvidenceBody[] = [...this.#time(cycle), ...this.#budget(cycle)];
    this.#minute.add(cycle);
    const limit = this.#limitChange(cycle);
    if (limit !== undefined) bodies.push(limit);
    const before = this.#last;
    this.#last = cycle;
    if (this.#isDecision(cycle)) {
      this.#decided = cycle;
      bodies.push(pictureOf("decision", cycle));
    }
    const lowered = before !== undefined && cycle.allowedW < before.allowedW;
    if (cycle.isOver || lowered || (before !== undefined && before.mode !== cycle.mode)) this.#open(cycle.now);
    bodies.push(...this.#fullRate(cycle));
    const ended = this.#excursions.add(cycle);
    if (ended !== undefined && this.#worthARecord(ended)) bodies.push(ended);
    if (cycle.now - (this.#minute.from ?? cycle.now) >= MINUTE_MS) bodies.push(...this.#takeMinute(cycle));
    return { bodies, seal: ended !== undefined };
  }

  /** The begun minute and an excursion that has not ended. */
  finish(now: number, wall: number | undefined): EvidenceBody[] {
    const bodies: EvidenceBody[] = [];
    const open = this.#excursions.open(now, wall);
    if (open !== undefined) bodies.push(open);
    const minute = this.#minute.take(now, wall);
    if (minute !== undefined) bodies.push(minute);
    return bodies;
  }

  /** Called with what the lines took on the disk. */
  spent(bodies: readonly EvidenceBody[], bytes: number): void {
    if (bodies.some(({ kind }) => kind !== "minute")) this.#day.bytes += bytes;
  }

  /** With the day's share used up, short ones that follow at once are left to the minutes, which have their time. */
  #worthARecord({ t_ms: at, duration_ms: lasted }: BodyOf<"excursion">): boolean {
    if (this.#spentAll && lasted < SHORT_MS && at - this.#excursionAt < THIN_MS) return false;
    this.#excursionAt = at;
    return true;
  }

  #takeMinute(cycle: SeenCycle): EvidenceBody[] {
    const minute = this.#minute.take(cycle.now, cycle.wall);
    return minute === undefined ? [] : [minute];
  }

  #time(cycle: SeenCycle): EvidenceBody[] {
    const last = this.#last;
    const time = (why: "trusted" | "jump" | "doubted", by: number): EvidenceBody[] => [
      { kind: "time", why, by_ms: wholeOr0(by), ...moment(cycle.now, cycle.wall) },
    ];
    if (cycle.wall === undefined) return last?.wall === undefined ? [] : time("doubted", 0);
    if (last?.wall === undefined) return time("trusted", 0);
    const by = cycle.wall - last.wall - (cycle.now - last.now);
    return Math.abs(by) > WALL_JUMP_MS ? time("jump", by) : [];
  }

  #limitChange(cycle: SeenCycle): EvidenceBody | undefined {
    const last = this.#last;
    if (last === undefined || (last.allowedW === cycle.allowedW && last.origin === cycle.origin)) return undefined;
    return {
      kind: "limit",
      ...moment(cycle.now, cycle.wall),
      from_w: wholeOr0(last.allowedW),
      to_w: wholeOr0(cycle.allowedW),
      origin: short(cycle.origin),
      was: short(last.origin),
    };
  }

  #isDecision(cycle: SeenCycle): boolean {
    const last = this.#decided;
    if (last !== undefined && this.#spentAll && cycle.now - last.now < THIN_MS) return false;
    if (last === undefined || last.mode !== cycle.mode || last.note !== cycle.note) return true;
    if (last.allowedW !== cycle.allowedW || last.origin !== cycle.origin) return true;
    if (last.units.length !== cycle.units.length) return true;
    if (
      cycle.units.some(({ id, state }, index) => last.units[index]?.id !== id || last.units[index]?.state !== state)
    ) {
      return true;
    }
    if (last.reason !== cycle.reason && !(ORDINARY.has(last.reason) && ORDINARY.has(cycle.reason))) return true;
    if (cycle.now - last.now < MOVED_EVERY_MS) return false;
    const step = Math.max(LIMIT_MOVED_W, LIMIT_MOVED_SHARE * (cycle.ratedW ?? 0));
    return last.reason !== cycle.reason || Math.abs(last.limitW - cycle.limitW) >= step;
  }

  #open(now: number): void {
    if (this.#window === undefined) this.#window = { since: now, until: now + AFTER_MS };
    else this.#window.until = now + AFTER_MS;
  }

  #fullRate(cycle: SeenCycle): EvidenceBody[] {
    const window = this.#window;
    if (window === undefined || cycle.now > window.until) {
      this.#window = undefined;
      this.#remember(cycle);
      return [];
    }
    const waiting = [...this.#ring, cycle];
    this.#ring = [];
    const kept = this.#thin(cycle, window) ? waiting.filter(({ now }) => this.#due(now)) : waiting;
    const last = kept.at(-1);
    if (last !== undefined) this.#writtenAt = last.now;
    return kept.map((one) => pictureOf("cycle", one));
  }

  #remember(cycle: SeenCycle): void {
    this.#ring.push(cycle);
    const [oldest] = this.#ring;
    if (oldest !== undefined && (this.#ring.length > RING_MAX || cycle.now - oldest.now > BEFORE_MS))
      this.#ring.shift();
  }

  #thin(cycle: SeenCycle, window: { readonly since: number }): boolean {
    return cycle.now - window.since > FULL_RATE_FOR_MS || this.#spentAll;
  }

  #due(now: number): boolean {
    return now - this.#writtenAt >= THIN_MS;
  }

  get #spentAll(): boolean {
    return this.#day.bytes > this.#limits.bytesPerDay;
  }

  #budget(cycle: SeenCycle): EvidenceBody[] {
    if (cycle.now - this.#day.from >= DAY_MS) this.#day = { from: cycle.now, bytes: 0, said: false };
    if (this.#day.said || !this.#spentAll) return [];
    this.#day.said = true;
    return [{ kind: "thinned", bytes: this.#day.bytes, ...moment(cycle.now, cycle.wall) }];
  }
}

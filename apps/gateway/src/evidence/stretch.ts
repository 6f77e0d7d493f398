/** For how long something has been so, across the minutes: the longest that ended or stood in each. */
export class Stretch {
  #since: number | undefined;
  #total = 0;
  #longest = 0;
  #at: number | undefined;

  /** What is so now, until the next call. */
  set(so: boolean, now: number, since = now): void {
    this.#settle(now);
    if (so) this.#since ??= since;
    else this.#since = undefined;
    this.#at = now;
  }

  /** The total and the longest since the last call; a stretch that goes on keeps its start. */
  take(now: number): { readonly total: number; readonly longest: number } {
    this.#settle(now);
    const taken = { total: this.#total, longest: this.#longest };
    this.#total = 0;
    this.#longest = 0;
    this.#at = now;
    return taken;
  }

  #settle(now: number): void {
    if (this.#since === undefined) return;
    this.#total += Math.max(0, now - Math.max(this.#since, this.#at ?? this.#since));
    this.#longest = Math.max(this.#longest, now - this.#since);
  }
}

/** Who has not asked for so long has its whole allowance again, so nothing need be remembered of it. */
const MINUTE = 60_000;
/** Beyond this many the whole list is looked through for those that can be forgotten. */
const KNOWN_MOST = 10_000;

/**
 * So many requests a minute for each name, in this process. All of them may come at once; the allowance then comes back
 * evenly. A refused request costs nothing.
 */
export class Allowance {
  readonly #fullAt = new Map<string, number>();

  /** @returns after how many seconds it may be tried again; null: go on */
  take(name: string, perMinute: number, now: number): number | null {
    const interval = MINUTE / perMinute;
    const fullAt = Math.max(this.#fullAt.get(name) ?? 0, now) + interval;
    const over = fullAt - now - MINUTE;
    // Tolerates what adding up fractions loses.
    if (over > interval / 1_000) return Math.max(1, Math.ceil(over / 1_000));
    if (this.#fullAt.size >= KNOWN_MOST) this.#forget(now);
    this.#fullAt.set(name, fullAt);
    return null;
  }

  #forget(now: number): void {
    for (const [name, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(name);
  }
}

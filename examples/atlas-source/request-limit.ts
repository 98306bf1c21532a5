/** So many requests in each second, and now and then "busy" for no visible reason, as outside systems are. */
export class RequestLimit {
  readonly #perSecond: number;
  readonly #busyEvery: number;
  readonly #now: () => Date;
  #second = 0;
  #inSecond = 0;
  #total = 0;

  constructor(perSecond: number, busyEvery: number, now: () => Date) {
    this.#perSecond = perSecond;
    this.#busyEvery = busyEvery;
    this.#now = now;
  }

  /** Seconds to wait, or 0 when the request may go on. */
  take(): number {
    const second = Math.floor(this.#now().getTime() / 1000);
    if (second !== this.#second) this.#inSecond = 0;
    this.#second = second;
    this.#inSecond += 1;
    this.#total += 1;
    if (this.#inSecond > this.#perSecond) return 1;
    return this.#busyEvery > 0 && this.#total % this.#busyEvery === 0 ? 1 : 0;
  }
}

// Durations, kept apart from what is reported: two runs give the same report and different seconds.

export class Stopwatch {
  readonly #start = performance.now()
  readonly #laps: Record<string, number> = {}
  #last = this.#start

  /** Ends a lap: the time since the one before goes to `name`. */
  lap(name: string): void {
    const now = performance.now()
    this.#laps[name] = (now - this.#last) / 1000
    this.#last = now
  }

  /** Seconds since the beginning. */
  get total(): number {
    return (performance.now() - this.#start) / 1000
  }

  /** Seconds of each lap, to the millisecond. */
  get seconds(): Record<string, number> {
    return Object.fromEntries(
      Object.entries(this.#laps).map(([name, seconds]) => [name, Math.round(1000 * seconds) / 1000]),
    )
  }
}

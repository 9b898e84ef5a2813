// An end to choosing or training that comes from outside: a person has seen enough, or the time is up. It remembers whether
// it was heeded, since only then does the result depend on how fast the machine was.

export class Cutoff {
  readonly #signals: readonly AbortSignal[]
  #heeded = false

  constructor(signals: readonly (AbortSignal | undefined)[]) {
    this.#signals = signals.filter((signal) => signal !== undefined)
  }

  /** Whether to end now; whoever asks does so where the answer is yes. */
  get aborted(): boolean {
    const isTime = this.#signals.some(({ aborted }) => aborted)
    this.#heeded ||= isTime
    return isTime
  }

  /** Whether it was asked after its time. */
  get heeded(): boolean {
    return this.#heeded
  }
}

/** A signal after so many seconds, if a number is given. */
export function afterSeconds(seconds: number | undefined): AbortSignal | undefined {
  return seconds === undefined ? undefined : AbortSignal.timeout(Math.ceil(1000 * seconds))
}

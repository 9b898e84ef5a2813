// Queries that wait are answered together: while one run of the engine goes on, those that come queue up, and the next
// run takes as many as it may. Nothing waits for a timer, so a query alone is answered at once, and under load one
// matrix product serves many. Runs follow one another, so they never compete for the same cores.

import { TongganError } from '../spec/errors.ts'

export interface BatcherOptions {
  /** What a message calls the work. */
  readonly operation: string
  /** Items that one run takes. */
  readonly most: number
  /** Items that may wait; more are turned away with `too-busy`. */
  readonly waiting: number
}

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly signal: AbortSignal | undefined
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

export class Batcher<Item, Answer> {
  readonly #run: (items: readonly Item[]) => Promise<readonly Answer[]>
  readonly #options: BatcherOptions
  #queue: Waiting<Item, Answer>[] = []
  #running: Promise<void> | undefined

  /** @param run answers in the order of its items; where it rejects, all of that run are told */
  constructor(run: (items: readonly Item[]) => Promise<readonly Answer[]>, options: BatcherOptions) {
    this.#run = run
    this.#options = options
  }

  /**
   * @param signal whose abortion drops the item, if its run has not begun
   * @throws TongganError `too-busy`, or the signal's reason, or what the run says
   */
  add(item: Item, signal?: AbortSignal): Promise<Answer> {
    const { operation, waiting } = this.#options
    if (this.#queue.length >= waiting) {
      throw new TongganError('too-busy', {
        operation,
        expected: `at most ${waiting} queries waiting`,
        received: 'one more',
        remedy: 'try again in a second',
      })
    }
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#queue.push({ item, signal, resolve, reject })
    })
    this.#running ??= this.#work()
    return answer
  }

  /** Once all that wait are answered. */
  async idle(): Promise<void> {
    await this.#running
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      await everyoneIsHere()
      const batch = this.#queue.splice(0, this.#options.most).filter(({ signal, reject }) => {
        if (signal?.aborted) reject(signal.reason)
        return !signal?.aborted
      })
      if (batch.length === 0) continue
      try {
        const answers = await this.#run(batch.map(({ item }) => item))
        batch.forEach(({ resolve }, k) => {
          resolve(answers[k])
        })
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#running = undefined
  }
}

/**
 * Two turns of the loop: clients that just got their answers ask again at once, and reading what they send takes a
 * turn. Without it, runs of one and of all the others alternate, which costs half as much again.
 */
async function everyoneIsHere(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
}

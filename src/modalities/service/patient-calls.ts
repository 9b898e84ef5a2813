// Calls to a service that may be busy: as many at a time as it takes, no more a minute than it allows, and again after a
// while where it says that trying again may help. Waits double, and are as long as the service asks where it asks.

import { TongganError } from '../../spec/errors.ts'

/** Time, which tests replace. */
export interface Clock {
  nowMs(): number
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

export interface PatientCallsOptions {
  /** Calls at a time. */
  readonly parallel: number
  /** Calls that may begin within a minute, spaced evenly; undefined: no limit. */
  readonly callsPerMinute?: number
  /** How often a failed call is tried again. */
  readonly retries: number
  readonly clock: Clock
}

const firstWaitMs = 1000
const longestWaitMs = 60_000

/** What errors of the AI SDK tell (`APICallError`), or those of `fetch`. */
export interface CallError {
  readonly message?: string
  readonly statusCode?: number
  readonly isRetryable?: boolean
  readonly responseHeaders?: Readonly<Record<string, string>>
}

export class PatientCalls {
  readonly #options: PatientCallsOptions
  #nextMs = 0
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(options: PatientCallsOptions) {
    this.#options = options
  }

  /** @throws what the call throws when no more is tried; TongganError `cancelled` once the signal is aborted */
  async run<Result>(call: () => PromiseLike<Result>, signal?: AbortSignal): Promise<Result> {
    await this.#enter()
    try {
      for (let attempt = 0; ; attempt++) {
        await this.#pace(signal)
        try {
          return await call()
        } catch (error) {
          if (signal?.aborted) throw cancelled(signal)
          if (attempt >= this.#options.retries || !mayHelpToRetry(error)) throw error
          await this.#options.clock.wait(waitMs(error as CallError, attempt), signal)
          if (signal?.aborted) throw cancelled(signal)
        }
      }
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }

  async #enter(): Promise<void> {
    while (this.#running >= this.#options.parallel) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
    this.#running++
  }

  async #pace(signal: AbortSignal | undefined): Promise<void> {
    const { callsPerMinute, clock } = this.#options
    if (signal?.aborted) throw cancelled(signal)
    if (!callsPerMinute) return
    const now = clock.nowMs()
    const start = Math.max(now, this.#nextMs)
    this.#nextMs = start + 60_000 / callsPerMinute
    if (start > now) await clock.wait(start - now, signal)
    if (signal?.aborted) throw cancelled(signal)
  }
}

/** The machine's clock. */
export const realClock: Clock = {
  nowMs: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener(
        'abort',
        () => {
          clearTimeout(timer)
          resolve()
        },
        { once: true },
      )
    }),
}

/** Busy, broken for the moment, or not reached; not: refused. */
function mayHelpToRetry(error: unknown): boolean {
  const { isRetryable, statusCode, message = '' } = (error ?? {}) as CallError
  if (typeof isRetryable === 'boolean') return isRetryable
  if (statusCode !== undefined) return [408, 409, 429].includes(statusCode) || statusCode >= 500
  return error instanceof TypeError && /fetch|network|load failed/i.test(message)
}

function waitMs({ responseHeaders = {} }: CallError, attempt: number): number {
  const milliseconds = Number(responseHeaders['retry-after-ms'] ?? Number.NaN)
  const asked = responseHeaders['retry-after'] ?? ''
  const seconds = /^\d+(\.\d+)?$/.test(asked) ? 1000 * Number(asked) : Date.parse(asked) - Date.now()
  const wanted = [milliseconds, seconds].find((value) => value >= 0) ?? firstWaitMs * 2 ** attempt
  return Math.min(wanted, longestWaitMs)
}

function cancelled(signal: AbortSignal): TongganError {
  return new TongganError('cancelled', {
    operation: 'call the embedding model',
    received: 'a request to stop',
    cause: signal.reason,
  })
}

// One bar for all files of a download: bytes that came, of all that were announced.

import type { TongganError } from '../../spec/errors.ts'
import type { LongCall } from '../../spec/progress.ts'

const reportBytes = 2 ** 18

export class DownloadProgress {
  readonly #stage: string
  readonly #call: LongCall
  #done = 0
  #total = 0
  #reported = 0

  constructor(stage: string, call: LongCall) {
    this.#stage = stage
    this.#call = call
  }

  /** Adds what a response announces. */
  expect(response: Response | undefined): void {
    this.#total += Number(response?.headers.get('content-length') ?? 0)
  }

  /** The parts of a response, counted. @throws what `broken` makes of a connection that breaks off */
  async *count(response: Response, broken: (cause: unknown) => TongganError): AsyncGenerator<Uint8Array> {
    const reader = response.body?.getReader()
    const expected = Number(response.headers.get('content-length') ?? Number.NaN)
    const isPlain = !response.headers.get('content-encoding')
    let size = 0
    while (reader) {
      const { done, value } = await reader.read().catch((cause) => {
        throw broken(cause)
      })
      if (done) break
      size += value.length
      this.#report(value.length)
      yield value
    }
    if (isPlain && expected > size) throw broken(new Error(`${size} of ${expected} bytes came`))
  }

  #report(bytes: number): void {
    this.#done += bytes
    const isOver = this.#done >= this.#total
    if (!isOver && this.#done - this.#reported < reportBytes) return
    this.#reported = this.#done
    const total = Math.max(this.#total, this.#done)
    this.#call.onProgress?.({ stage: this.#stage, done: this.#done, total, unit: 'bytes' })
  }
}

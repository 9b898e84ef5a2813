// Points of files that were asked with a moment ago. A page asks for every sense with the same picture, each a request of
// its own: it is read once, and those that come meanwhile wait for the same point.

import { createHash } from 'node:crypto'
import type { ItemQuery } from '../../retrieval/query.ts'

/** Points that are kept, 1 KiB each at 256 numbers. */
const most = 64

export class KnownPoints {
  readonly #make: (query: ItemQuery) => Promise<Float32Array>
  /** Hash of what was asked with → its point, oldest first. */
  readonly #points = new Map<string, Promise<Float32Array>>()

  constructor(make: (query: ItemQuery) => Promise<Float32Array>) {
    this.#make = make
  }

  /**
   * The point `[dim]` of a query.
   * @param signal ends the waiting of this one alone; the point is made all the same @throws what making it says
   */
  async of(query: ItemQuery, signal?: AbortSignal): Promise<Float32Array> {
    const key = keyOf(query)
    let point = this.#points.get(key)
    if (!point) {
      point = this.#make(query)
      this.#points.set(key, point)
      point.catch(() => this.#points.delete(key))
      const [oldest] = this.#points.keys()
      if (this.#points.size > most) this.#points.delete(oldest)
    }
    return signal ? unlessAborted(point, signal) : point
  }
}

function keyOf(query: ItemQuery): string {
  const hash = createHash('sha256')
  for (const { modality, item } of query) {
    const content = item.kind === 'words' ? Buffer.from(item.words) : item.bytes
    hash.update(`${modality} ${item.kind} ${content.length} `).update(content)
  }
  return hash.digest('base64')
}

async function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([value, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

// Items through a tower, as many at a time as is good for it: those of like size together, so that little of a batch is
// padding, and the rows back in the order of the items.

import type { Perception } from './perception.ts'
import { normaliseRows } from './pooling.ts'
import type { Feeds, TowerSession } from './tower-session.ts'

export interface PipelineOptions {
  /** Items a run. */
  readonly batchSize: number
  /** Whether rows are brought to length 1. */
  readonly normalise: boolean
  /** What the other tower of a common graph is fed. */
  readonly placeholder: Feeds
}

export class TowerPipeline {
  readonly #session: TowerSession
  readonly #perception: Perception<unknown>
  readonly #options: PipelineOptions

  constructor(session: TowerSession, perception: Perception<unknown>, options: PipelineOptions) {
    this.#session = session
    this.#perception = perception
    this.#options = options
  }

  /** `[items, dim]`, in their order. */
  async encode(items: readonly unknown[]): Promise<Float32Array> {
    const { batchSize, normalise, placeholder } = this.#options
    let features = new Float32Array(0)
    const sizes = items.map((item) => this.#perception.sizeOf(item))
    const order = [...items.keys()].sort((a, b) => sizes[a] - sizes[b])
    for (let start = 0; start < order.length; start += batchSize) {
      const places = order.slice(start, start + batchSize)
      const batch = places.map((k) => items[k])
      const feeds = this.#perception.feeds(batch)
      const output = await this.#session.run({ ...placeholder, ...feeds })
      const rows = this.#perception.rows(output, feeds, batch)
      const dim = rows.length / batch.length
      if (normalise) normaliseRows(rows, dim)
      if (start === 0) features = new Float32Array(items.length * dim)
      places.forEach((k, row) => {
        features.set(rows.subarray(row * dim, (row + 1) * dim), k * dim)
      })
    }
    return features
  }

  async close(): Promise<void> {
    await this.#session.close()
    await this.#perception.close?.()
  }
}

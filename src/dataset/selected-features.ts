// Some rows of other features, in an order of their own, repeats allowed: items of equal content share one row.

import type { FeatureChunk, Features } from '../spec/features.ts'

export class SelectedFeatures implements Features {
  readonly count: number
  readonly dim: number
  readonly kind: Features['kind']
  readonly #source: Features
  readonly #rows: Int32Array

  /** @param rows `[count]`: row of the source for each row here */
  constructor(source: Features, rows: Int32Array) {
    this.#source = source
    this.#rows = rows
    this.count = rows.length
    this.dim = source.dim
    this.kind = source.kind
  }

  chunks(options: Parameters<Features['chunks']>[0] = {}): AsyncIterable<FeatureChunk> {
    const { order } = options
    return this.#source.chunks({ ...options, order: order ? this.#selected(order) : this.#rows })
  }

  #selected(order: ArrayLike<number>): Int32Array {
    return Int32Array.from(order, (row) => {
      if (!(row >= 0 && row < this.count)) throw new RangeError(`features: row ${row} of ${this.count}`)
      return this.#rows[row]
    })
  }
}

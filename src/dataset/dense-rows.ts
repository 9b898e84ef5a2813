// Dense features in memory, gathered chunk by chunk into blocks, so that growing never copies what is there.

import type { DenseChunk, FeatureChunk, Features } from '../spec/features.ts'
import { densify } from '../spec/features.ts'
import { rowOrder } from './row-order.ts'

const blockBytes = 2 ** 22

export class DenseRows implements Features {
  count = 0
  readonly dim: number
  readonly kind = 'dense'
  readonly #blockRows: number
  readonly #blocks: Float32Array[] = []

  constructor(dim: number) {
    this.dim = dim
    this.#blockRows = Math.max(1, Math.floor(blockBytes / 4 / Math.max(1, dim)))
  }

  /** Adds the chunk's rows; they are copied. */
  append(chunk: FeatureChunk): void {
    const data = densify(chunk)
    for (let row = 0; row < chunk.rows; row++, this.count++) {
      const place = this.count % this.#blockRows
      if (place === 0) this.#blocks.push(new Float32Array(this.#blockRows * this.dim))
      this.#blocks.at(-1)!.set(data.subarray(row * this.dim, (row + 1) * this.dim), place * this.dim)
    }
  }

  async *chunks(options?: Parameters<Features['chunks']>[0]): AsyncGenerator<DenseChunk> {
    for (const rows of rowOrder(this.count, options)) {
      const data = new Float32Array(rows.length * this.dim)
      rows.forEach((row, i) => {
        data.set(this.#row(row), i * this.dim)
      })
      yield { kind: 'dense', rows: rows.length, dim: this.dim, data }
    }
  }

  #row(row: number): Float32Array {
    const start = (row % this.#blockRows) * this.dim
    return this.#blocks[Math.floor(row / this.#blockRows)].subarray(start, start + this.dim)
  }
}

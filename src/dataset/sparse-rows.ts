// Sparse features in memory (CSR), gathered chunk by chunk into arrays that double as they fill.

import type { Features, SparseChunk } from '../spec/features.ts'
import { rowOrder } from './row-order.ts'

export class SparseRows implements Features {
  count = 0
  readonly dim: number
  readonly kind = 'sparse'
  #rowStarts = new Float64Array(1024)
  #columns = new Int32Array(4096)
  #values = new Float32Array(4096)

  constructor(dim: number) {
    this.dim = dim
  }

  /** Adds the chunk's rows; they are copied. */
  append({ rows, rowStarts, columns, values }: SparseChunk): void {
    const start = this.#rowStarts[this.count]
    const first = rowStarts[0]
    const end = start + rowStarts[rows] - first
    this.#rowStarts = grown(this.#rowStarts, this.count + rows + 1)
    this.#columns = grown(this.#columns, end)
    this.#values = grown(this.#values, end)
    this.#columns.set(columns.subarray(first, rowStarts[rows]), start)
    this.#values.set(values.subarray(first, rowStarts[rows]), start)
    for (let row = 1; row <= rows; row++) this.#rowStarts[this.count + row] = start + rowStarts[row] - first
    this.count += rows
  }

  async *chunks(options?: Parameters<Features['chunks']>[0]): AsyncGenerator<SparseChunk> {
    for (const rows of rowOrder(this.count, options)) yield this.#select(rows)
  }

  #select(rows: readonly number[]): SparseChunk {
    const rowStarts = new Int32Array(rows.length + 1)
    rows.forEach((row, i) => {
      rowStarts[i + 1] = rowStarts[i] + this.#rowStarts[row + 1] - this.#rowStarts[row]
    })
    const columns = new Int32Array(rowStarts[rows.length])
    const values = new Float32Array(rowStarts[rows.length])
    rows.forEach((row, i) => {
      columns.set(this.#columns.subarray(this.#rowStarts[row], this.#rowStarts[row + 1]), rowStarts[i])
      values.set(this.#values.subarray(this.#rowStarts[row], this.#rowStarts[row + 1]), rowStarts[i])
    })
    return { kind: 'sparse', rows: rows.length, dim: this.dim, rowStarts, columns, values }
  }
}

function grown<A extends Float64Array | Int32Array | Float32Array>(array: A, length: number): A {
  if (length <= array.length) return array
  const larger = new (array.constructor as new (length: number) => A)(Math.max(length, 2 * array.length))
  larger.set(array as never)
  return larger
}

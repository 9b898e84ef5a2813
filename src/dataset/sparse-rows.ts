// Sparse features in memory (CSR), gathered chunk by chunk into blocks, so that growing never copies what is there. The
// entries of a row stand in one block.

import type { Features, SparseChunk } from '../spec/features.ts'
import { rowOrder } from './row-order.ts'

const blockEntries = 2 ** 19

interface Block {
  readonly columns: Int32Array
  readonly values: Float32Array
}

export class SparseRows implements Features {
  count = 0
  readonly dim: number
  readonly kind = 'sparse'
  readonly #blocks: Block[] = []
  /** Entries used of the last block. */
  #used = 0
  #block = new Int32Array(1024)
  #start = new Int32Array(1024)
  #length = new Int32Array(1024)

  constructor(dim: number) {
    this.dim = dim
  }

  /** Adds the chunk's rows; they are copied. */
  append({ rows, rowStarts, columns, values }: SparseChunk): void {
    this.#block = grown(this.#block, this.count + rows)
    this.#start = grown(this.#start, this.count + rows)
    this.#length = grown(this.#length, this.count + rows)
    for (let row = 0; row < rows; row++, this.count++) {
      const [from, to] = [rowStarts[row], rowStarts[row + 1]]
      const block = this.#room(to - from)
      block.columns.set(columns.subarray(from, to), this.#used)
      block.values.set(values.subarray(from, to), this.#used)
      this.#block[this.count] = this.#blocks.length - 1
      this.#start[this.count] = this.#used
      this.#length[this.count] = to - from
      this.#used += to - from
    }
  }

  async *chunks(options?: Parameters<Features['chunks']>[0]): AsyncGenerator<SparseChunk> {
    for (const rows of rowOrder(this.count, options)) yield this.#select(rows)
  }

  #select(rows: readonly number[]): SparseChunk {
    const rowStarts = new Int32Array(rows.length + 1)
    rows.forEach((row, i) => {
      rowStarts[i + 1] = rowStarts[i] + this.#length[row]
    })
    const columns = new Int32Array(rowStarts[rows.length])
    const values = new Float32Array(rowStarts[rows.length])
    rows.forEach((row, i) => {
      const block = this.#blocks[this.#block[row]]
      const [from, to] = [this.#start[row], this.#start[row] + this.#length[row]]
      columns.set(block.columns.subarray(from, to), rowStarts[i])
      values.set(block.values.subarray(from, to), rowStarts[i])
    })
    return { kind: 'sparse', rows: rows.length, dim: this.dim, rowStarts, columns, values }
  }

  /** The block that the next row goes to, with room for its entries. */
  #room(entries: number): Block {
    const last = this.#blocks.at(-1)
    if (last && this.#used + entries <= last.columns.length) return last
    const size = Math.max(blockEntries, entries)
    const block = { columns: new Int32Array(size), values: new Float32Array(size) }
    this.#blocks.push(block)
    this.#used = 0
    return block
  }
}

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= array.length) return array
  const larger = new Int32Array(Math.max(length, 2 * array.length))
  larger.set(array)
  return larger
}

// Dense features, gathered chunk by chunk into blocks, so that growing never copies what is there. The first ones stay in
// memory; beyond so many, full blocks go to a file where there can be one (300,000 pictures are 5 GB of features, and all
// that is done with them goes through them in chunks).

import { openSpillFile } from '#platform/spill-file'
import type { SpillFile } from '../platform/spill-file.ts'
import type { DenseChunk, FeatureChunk, Features } from '../spec/features.ts'
import { densify } from '../spec/features.ts'
import { rowOrder } from './row-order.ts'

const blockBytes = 2 ** 22
/** Held in memory before the first block is spilled. */
const mostHeldBytes = 2 ** 29

export class DenseRows implements Features {
  count = 0
  readonly dim: number
  readonly kind = 'dense'
  readonly #blockRows: number
  /** Blocks; without end from when nothing more could be written. */
  #mostHeld: number
  /** A block in memory, or where it begins in the file. */
  readonly #blocks: (Float32Array | number)[] = []
  #held = 0
  #spilled = 0
  #file: SpillFile | undefined

  /** @param heldBytes about so much stays in memory */
  constructor(dim: number, heldBytes = mostHeldBytes) {
    this.dim = dim
    this.#blockRows = Math.max(1, Math.floor(blockBytes / 4 / Math.max(1, dim)))
    this.#mostHeld = Math.floor(heldBytes / blockBytes)
  }

  /** Adds the chunk's rows; they are copied. */
  append(chunk: FeatureChunk): void {
    const data = densify(chunk)
    for (let row = 0; row < chunk.rows; row++, this.count++) {
      const place = this.count % this.#blockRows
      if (place === 0) this.#blocks.push(this.#emptyBlock())
      const block = this.#blocks.at(-1) as Float32Array
      block.set(data.subarray(row * this.dim, (row + 1) * this.dim), place * this.dim)
    }
  }

  async *chunks(options?: Parameters<Features['chunks']>[0]): AsyncGenerator<DenseChunk> {
    for (const rows of rowOrder(this.count, options)) {
      const data = new Float32Array(rows.length * this.dim)
      for (let i = 0; i < rows.length; ) {
        const run = this.#runLength(rows, i)
        this.#copy(rows[i], data.subarray(i * this.dim, (i + run) * this.dim))
        i += run
      }
      yield { kind: 'dense', rows: rows.length, dim: this.dim, data }
    }
  }

  /** A block to fill: a new one, or the last one after it was spilled. */
  #emptyBlock(): Float32Array {
    const last = this.#blocks.at(-1)
    if (this.#held >= this.#mostHeld && last instanceof Float32Array) {
      this.#file ??= openSpillFile()
      if (this.#file?.append(bytesOf(last)) !== true) this.#mostHeld = Number.POSITIVE_INFINITY
      else {
        this.#blocks[this.#blocks.length - 1] = this.#spilled
        this.#spilled += last.byteLength
        return last
      }
    }
    this.#held++
    return new Float32Array(this.#blockRows * this.dim)
  }

  /** How many of `rows` from the i-th on follow one another within one block. */
  #runLength(rows: readonly number[], i: number): number {
    const left = this.#blockRows - (rows[i] % this.#blockRows)
    let run = 1
    while (run < left && rows[i + run] === rows[i] + run) run++
    return run
  }

  /** Rows of one block from `row` on, as many as `into` has room for. */
  #copy(row: number, into: Float32Array): void {
    const block = this.#blocks[Math.floor(row / this.#blockRows)]
    const at = (row % this.#blockRows) * this.dim
    if (typeof block === 'number') this.#file!.read(block + 4 * at, bytesOf(into))
    else into.set(block.subarray(at, at + into.length))
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
}

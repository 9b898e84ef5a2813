// The hashing trick (Weinberger et al. 2009): a gram's hash names its column and its sign, so that no vocabulary is
// kept and colliding grams cancel on average rather than add up. Text uses it, and code with grams of its own.

import type { SparseChunk } from '../../spec/features.ts'
import { murmurHash } from './murmur-hash.ts'

/** Grams of one nature, such as words, weighed together. */
export interface GramFamily {
  /** Seeds the hash: equal grams of two families are different things. */
  readonly seed: number
  /** The family's share of the row, before the row is brought to length 1. */
  readonly weight: number
}

/** Column and sign of the gram whose UTF-8 bytes are `bytes[start … end - 1]`. `columns` is a power of two. */
export function columnOfGram(
  bytes: Uint8Array,
  { start = 0, end = bytes.length, seed = 0, columns = 8192 } = {},
): { column: number; sign: 1 | -1 } {
  return columnOfHash(murmurHash(bytes, start, end, seed), columns)
}

function columnOfHash(hash: number, columns: number): { column: number; sign: 1 | -1 } {
  return { column: hash & (columns - 1), sign: hash >>> 31 ? -1 : 1 }
}

/**
 * Gathers the grams of one item after another into sparse rows.
 *
 * Within a family a gram that occurs `tf` times weighs `1 + ln tf` and the family is brought to length 1; the row is
 * the weighted sum of its families, again of length 1. Families without grams take no share.
 */
export class HashedRow {
  readonly #columns: number
  readonly #families: readonly GramFamily[]
  readonly #grams: GrowingHashes[]
  readonly #sums: Float64Array
  readonly #touched: GrowingHashes = { hashes: new Uint32Array(256), count: 0 }

  constructor({ columns, families }: { columns: number; families: readonly GramFamily[] }) {
    this.#columns = columns
    this.#families = families
    this.#grams = families.map(() => ({ hashes: new Uint32Array(256), count: 0 }))
    this.#sums = new Float64Array(columns)
  }

  /** Counts one occurrence of the gram `bytes[start … end - 1]` in the family at position `family`. */
  add(family: number, bytes: Uint8Array, start: number, end: number): void {
    push(this.#grams[family], murmurHash(bytes, start, end, this.#families[family].seed))
  }

  /** The row of the grams since the last call: columns ascending, length 1. Empty where there were none. */
  finish(): { columns: Int32Array; values: Float32Array } {
    for (const [family, { weight }] of this.#families.entries()) this.#addFamily(this.#grams[family], weight)
    const touched = this.#touched.hashes.subarray(0, this.#touched.count).sort()
    this.#touched.count = 0
    const columns = Int32Array.from(touched.filter((column, k) => k === 0 || column !== touched[k - 1]))
    let squares = 0
    for (const column of columns) squares += this.#sums[column] ** 2
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0
    const values = new Float32Array(columns.length)
    for (let k = 0; k < columns.length; k++) {
      values[k] = this.#sums[columns[k]] * scale
      this.#sums[columns[k]] = 0
    }
    return { columns, values }
  }

  #addFamily(grams: GrowingHashes, weight: number): void {
    const sorted = grams.hashes.subarray(0, grams.count).sort()
    grams.count = 0
    let squares = 0
    forEachRun(sorted, (_, times) => {
      squares += logarithmic(times) ** 2
    })
    const scale = weight / Math.sqrt(squares)
    forEachRun(sorted, (hash, times) => {
      const { column, sign } = columnOfHash(hash, this.#columns)
      this.#sums[column] += sign * scale * logarithmic(times)
      push(this.#touched, column)
    })
  }
}

/** The rows of items, each of the grams that `addGrams` gives of it. */
export function hashedRows<Item>(
  items: readonly Item[],
  options: {
    columns: number
    families: readonly GramFamily[]
    addGrams: (item: Item, row: HashedRow) => void
  },
): SparseChunk {
  const row = new HashedRow(options)
  const rows = items.map((item) => {
    options.addGrams(item, row)
    return row.finish()
  })
  const rowStarts = new Int32Array(items.length + 1)
  rows.forEach((entry, k) => {
    rowStarts[k + 1] = rowStarts[k] + entry.columns.length
  })
  const columns = new Int32Array(rowStarts[items.length])
  const values = new Float32Array(rowStarts[items.length])
  rows.forEach((entry, k) => {
    columns.set(entry.columns, rowStarts[k])
    values.set(entry.values, rowStarts[k])
  })
  return { kind: 'sparse', rows: items.length, dim: options.columns, rowStarts, columns, values }
}

function logarithmic(times: number): number {
  return times === 1 ? 1 : 1 + Math.log(times)
}

function forEachRun(sorted: Uint32Array, visit: (hash: number, times: number) => void): void {
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++
    visit(sorted[start], end - start)
  }
}

interface GrowingHashes {
  hashes: Uint32Array
  count: number
}

function push(growing: GrowingHashes, hash: number): void {
  if (growing.count === growing.hashes.length) {
    const wider = new Uint32Array(2 * growing.count)
    wider.set(growing.hashes)
    growing.hashes = wider
  }
  growing.hashes[growing.count++] = hash
}

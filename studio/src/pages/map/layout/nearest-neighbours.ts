// The k nearest neighbours of every row, by cosine. Up to `exactUpTo` rows all pairs are compared; beyond, candidates come
// from a forest of random projection trees and then from the neighbours' neighbours until hardly any list changes
// (NN-descent: Dong, Moses & Li 2011, without its sampling). A few hundred comparisons a point instead of all; the test
// beside this holds it to 90 % of the true neighbours. `UMAP` asks for no more.

import { ProjectionTree } from './projection-tree.ts'
import { seededDraws } from './seeded-draws.ts'
import { cosine, type UnitRows } from './unit-rows.ts'

export interface NeighbourLists {
  /** Neighbours a row. */
  readonly k: number
  /** `[rows * k]`, most similar first, never the row itself. */
  readonly indices: Int32Array
  /** `[rows * k]`, cosines. */
  readonly similarities: Float32Array
}

export interface NeighbourOptions {
  /** Neighbours a row; fewer where there are fewer rows. */
  readonly k: number
  readonly seed: number
  /** How far it is, 0 to 1. */
  readonly onProgress?: (share: number) => void
}

const exactUpTo = 2000
const trees = 8
const rounds = 6
/** A round that changes less than this share of all entries is the last. */
const settled = 0.002

export class Neighbours implements NeighbourLists {
  readonly k: number
  readonly indices: Int32Array
  readonly similarities: Float32Array
  readonly #rows: UnitRows
  readonly #forest: ProjectionTree[] = []
  /** 1 where an entry came in since the last round. */
  readonly #fresh: Uint8Array

  constructor(rows: UnitRows, { k, seed, onProgress = () => {} }: NeighbourOptions) {
    this.k = Math.min(k, rows.rows - 1)
    this.indices = new Int32Array(rows.rows * this.k).fill(-1)
    this.similarities = new Float32Array(rows.rows * this.k).fill(-Infinity)
    this.#fresh = new Uint8Array(rows.rows * this.k)
    this.#rows = rows
    if (rows.rows <= exactUpTo) this.#compareAll(Int32Array.from({ length: rows.rows }, (_, i) => i))
    else this.#approximate(seed, onProgress)
    onProgress(1)
  }

  /** The rows most similar to a row of another set, most similar first; at most k. */
  of(others: UnitRows, row: number): { index: number; similarity: number }[] {
    const seen = new Set<number>()
    const found: { index: number; similarity: number }[] = []
    const consider = (index: number) => {
      if (seen.has(index)) return
      seen.add(index)
      found.push({ index, similarity: cosine(others, row, this.#rows, index) })
    }
    const best = () => found.sort((a, b) => b.similarity - a.similarity || a.index - b.index)
    if (this.#forest.length === 0) for (let index = 0; index < this.#rows.rows; index++) consider(index)
    for (const tree of this.#forest) for (const index of tree.leafOf(others, row)) consider(index)
    for (const { index } of best().slice(0, 4)) {
      for (let slot = index * this.k; slot < (index + 1) * this.k; slot++) consider(this.indices[slot])
    }
    return best().slice(0, this.k)
  }

  #approximate(seed: number, onProgress: (share: number) => void): void {
    const draw = seededDraws(seed)
    for (let tree = 0; tree < trees; tree++) {
      const grown = new ProjectionTree(this.#rows, draw)
      for (const leaf of grown.leaves()) this.#compareAll(leaf)
      this.#forest.push(grown)
      onProgress((tree + 1) / (trees + rounds))
    }
    for (let round = 0; round < rounds; round++) {
      if (this.#descend() < settled * this.indices.length) return
      onProgress((trees + round + 1) / (trees + rounds))
    }
  }

  #compareAll(points: Int32Array): void {
    for (let p = 1; p < points.length; p++) for (let q = 0; q < p; q++) this.#compare(points[p], points[q])
  }

  /** Every row meets the neighbours of its neighbours, where either of the two steps is new. */
  #descend(): number {
    const { k, indices } = this
    const before = indices.slice()
    const fresh = this.#fresh.slice()
    this.#fresh.fill(0)
    const metBy = new Int32Array(this.#rows.rows).fill(-1)
    let changed = 0
    for (let i = 0; i < this.#rows.rows; i++) {
      metBy[i] = i
      for (let slot = i * k; slot < (i + 1) * k; slot++) metBy[before[slot]] = i
      for (let slot = i * k; slot < (i + 1) * k; slot++) {
        const from = before[slot] * k
        for (let next = from; next < from + k; next++) {
          const j = before[next]
          if (metBy[j] === i || !(fresh[slot] || fresh[next])) continue
          metBy[j] = i
          changed += this.#compare(i, j)
        }
      }
    }
    return changed
  }

  /** How many of the two lists took the other in. */
  #compare(i: number, j: number): number {
    const similarity = cosine(this.#rows, i, this.#rows, j)
    return this.#take(i, j, similarity) + this.#take(j, i, similarity)
  }

  /** Keeps the list of `i` in order, the lower row first among equals. */
  #take(i: number, j: number, similarity: number): number {
    const { k, indices, similarities } = this
    const first = i * k
    let slot = first + k - 1
    if (similarity <= similarities[slot]) return 0
    for (let other = first; other <= slot; other++) if (indices[other] === j) return 0
    for (; slot > first && similarities[slot - 1] < similarity; slot--) {
      indices[slot] = indices[slot - 1]
      similarities[slot] = similarities[slot - 1]
      this.#fresh[slot] = this.#fresh[slot - 1]
    }
    indices[slot] = j
    similarities[slot] = similarity
    this.#fresh[slot] = 1
    return 1
  }
}

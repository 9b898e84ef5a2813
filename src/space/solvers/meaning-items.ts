// The items of a sense gathered by what they mean, and what two senses say of the same meanings: what closed forms are
// made of. Items are read where they lie, a block of meanings at a time, so that beside them memory is one block, however
// many they are.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'

/** Meanings whose means are held at once: enough for their product to be worth a call. */
const blockMeanings = 2048

export class MeaningItems {
  /** Number of each meaning, in the order of their first items. */
  readonly numberOf: ReadonlyMap<number, number>
  readonly #inputs: Matrix
  /** Items by the number of their meaning: those of meaning g from `#starts[g]` to before `#starts[g + 1]`. */
  readonly #items: Int32Array
  readonly #starts: Int32Array

  /** @param items those to gather; default all */
  constructor(
    { inputs, meanings }: Pick<Sense, 'inputs' | 'meanings'>,
    items: ArrayLike<number> & Iterable<number> = Int32Array.from(meanings.keys()),
  ) {
    const numberOf = new Map<number, number>()
    for (const item of items) {
      const meaning = meanings[item]
      if (!numberOf.has(meaning)) numberOf.set(meaning, numberOf.size)
    }
    const starts = new Int32Array(numberOf.size + 1)
    for (const item of items) starts[numberOf.get(meanings[item])! + 1]++
    for (let g = 0; g < numberOf.size; g++) starts[g + 1] += starts[g]
    const next = starts.slice()
    const sorted = new Int32Array(items.length)
    for (const item of items) sorted[next[numberOf.get(meanings[item])!]++] = item
    this.numberOf = numberOf
    this.#inputs = inputs
    this.#items = sorted
    this.#starts = starts
  }

  /** `d`. */
  get width(): number {
    return this.#inputs.cols
  }

  /** Items of meaning number `g`. */
  count(g: number): number {
    return this.#starts[g + 1] - this.#starts[g]
  }

  /** `[numbers, d]`: mean of the items of each of these meanings, less `centre` `[d]`; default of all, and nothing off. */
  means(
    numbers: ArrayLike<number> = Int32Array.from({ length: this.numberOf.size }, (_, g) => g),
    centre?: Float32Array,
  ): Matrix {
    const { cols: d, data } = this.#inputs
    const out = matrix(numbers.length, d)
    const sum = new Float64Array(d)
    for (let row = 0; row < numbers.length; row++) {
      const [from, to] = [this.#starts[numbers[row]], this.#starts[numbers[row] + 1]]
      sum.fill(0)
      for (let i = from; i < to; i++) {
        const at = this.#items[i] * d
        for (let k = 0; k < d; k++) sum[k] += data[at + k]
      }
      for (let k = 0; k < d; k++) out.data[row * d + k] = sum[k] / (to - from) - (centre ? centre[k] : 0)
    }
    return out
  }
}

/** Numbers, in each, of the meanings that all of them have, in the order of the first. */
export function sharedMeanings(all: readonly MeaningItems[]): Int32Array[] {
  const shared = [...all[0].numberOf.keys()].filter((meaning) =>
    all.every(({ numberOf }) => numberOf.has(meaning)),
  )
  return all.map(({ numberOf }) => Int32Array.from(shared, (meaning) => numberOf.get(meaning)!))
}

/** The items of a sense, and what is taken off them; default nothing. */
export interface Centred {
  readonly items: MeaningItems
  /** `[d]` */
  readonly centre?: Float32Array
}

/** How much a meaning counts of which the two senses have so many items. */
export type PairWeight = (countA: number, countB: number) => number

/** Σ_g w_g·a_gᵀ·b_g / Σ_g w_g, a_g and b_g the means of the items of each meaning that both have, `[d_a, d_b]`; undefined where they share none. */
export async function crossCovariance(
  products: MatrixProducts,
  a: Centred,
  b: Centred,
  weight: PairWeight = () => 1,
): Promise<Matrix | undefined> {
  const [own, other] = sharedMeanings([a.items, b.items])
  const weights = weightsOf(a.items, own, b.items, other, weight)
  if (own.length === 0) return undefined
  const sum = matrix(a.items.width, b.items.width)
  for (let from = 0; from < own.length; from += blockMeanings) {
    const to = Math.min(own.length, from + blockMeanings)
    const left = a.items.means(own.subarray(from, to), a.centre)
    for (let i = 0; i < left.data.length; i++) left.data[i] *= weights[from + Math.floor(i / left.cols)]
    const right = b.items.means(other.subarray(from, to), b.centre)
    const part = await products.multiply(left, right, { transA: true })
    for (let i = 0; i < sum.data.length; i++) sum.data[i] += part.data[i]
  }
  return sum
}

/** Σ_g w_g·b_g / Σ_g w_g over the meanings that both have, `[d_b]`. */
export function sharedMean(a: MeaningItems, b: MeaningItems, weight: PairWeight = () => 1): Float32Array {
  const [own, other] = sharedMeanings([a, b])
  const weights = weightsOf(a, own, b, other, weight)
  const sum = new Float64Array(b.width)
  for (let from = 0; from < other.length; from += blockMeanings) {
    const { data, cols } = b.means(other.subarray(from, from + blockMeanings))
    for (let i = 0; i < data.length; i++) sum[i % cols] += weights[from + Math.floor(i / cols)] * data[i]
  }
  return Float32Array.from(sum)
}

/** They sum to 1. */
function weightsOf(
  a: MeaningItems,
  own: Int32Array,
  b: MeaningItems,
  other: Int32Array,
  weight: PairWeight,
): Float64Array {
  const weights = Float64Array.from(own, (g, k) => weight(a.count(g), b.count(other[k])))
  const total = weights.reduce((sum, value) => sum + value, 0)
  return weights.map((value) => value / total)
}

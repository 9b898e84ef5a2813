// What two senses say of the same meanings: the weighted products that closed forms are made of. a_g and b_g are the means of
// the items of meaning g in either sense, less a centre; a block of meanings is held at a time.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { type MeaningItems, sharedMeanings } from './meaning-items.ts'

/** Meanings whose means are held at once: enough for their product to be worth a call. */
const blockMeanings = 2048

/** The items of a sense, and what is taken off them; default nothing. */
export interface Centred {
  readonly items: MeaningItems
  /** `[d]` */
  readonly centre?: Float32Array
}

/** The meanings that two senses share, and how much each counts. */
export interface SharedMeanings {
  /** Places of the meanings in either sense. */
  readonly own: Int32Array
  readonly other: Int32Array
  /** They sum to 1. */
  readonly weights: Float64Array
}

/** @param weight how much a meaning counts of which the two have so many items; default: all alike */
export function shareMeanings(
  a: MeaningItems,
  b: MeaningItems,
  weight: (countA: number, countB: number) => number = () => 1,
): SharedMeanings {
  const [own, other] = sharedMeanings([a, b])
  const weights = Float64Array.from(own, (g, k) => weight(a.count(g), b.count(other[k])))
  const total = weights.reduce((sum, value) => sum + value, 0)
  return { own, other, weights: weights.map((value) => value / total) }
}

/** Σ_g w_g·a_gᵀ·b_g over the meanings that both have, `[d_a, d_b]`; zeros where there are none. */
export async function crossCovariance(
  products: MatrixProducts,
  a: Centred,
  b: Centred,
  { own, other, weights }: SharedMeanings,
): Promise<Matrix> {
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

/** Σ_g w_g·b_g over the meanings that both have, `[d_b]`. */
export function sharedMean(b: MeaningItems, { other, weights }: SharedMeanings): Float32Array {
  const sum = new Float64Array(b.width)
  for (let from = 0; from < other.length; from += blockMeanings) {
    const { data, cols } = b.means(other.subarray(from, from + blockMeanings))
    for (let i = 0; i < data.length; i++) sum[i % cols] += weights[from + Math.floor(i / cols)] * data[i]
  }
  return Float32Array.from(sum)
}

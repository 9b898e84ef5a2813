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

/** How much a meaning counts of which the two senses have so many items. */
export type PairWeight = (countA: number, countB: number) => number

/** Σ_g w_g·a_gᵀ·b_g / Σ_g w_g over the meanings that both have, `[d_a, d_b]`; zeros where there are none. */
export async function crossCovariance(
  products: MatrixProducts,
  a: Centred,
  b: Centred,
  weight: PairWeight = () => 1,
): Promise<Matrix> {
  const [own, other] = sharedMeanings([a.items, b.items])
  const weights = weightsOf(a.items, own, b.items, other, weight)
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

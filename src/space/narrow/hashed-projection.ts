// The fixed signed projection of hashed senses (text, code), one and the same for all of them, so that shared words
// stay shared (D10): the 8,192 hash columns are weighted by how telling they are and folded onto fewer, column j onto
// j mod dim with a fixed sign (a count sketch, Charikar, Chen & Farach-Colton 2002, which keeps inner products in
// expectation). Nothing of it is learnt but the term weights, and no matrix has to be stored.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { Random } from '../../math/random.ts'
import { floats } from '../../spec/tensor.ts'
import type { FeatureRows } from './narrowing.ts'

/** Seed of the signs: part of the format, the same in every space. */
const signSeed = 20240229

/**
 * Inverse document frequency of each column, ln((1 + n)/(1 + df)) + 1 (Salton & Buckley 1988, smoothed): a column
 * that no training item has keeps the largest weight.
 */
export async function fitTermWeights(sources: readonly FeatureRows[]): Promise<Float32Array> {
  const frequency = new Float64Array(sources[0].features.dim)
  let count = 0
  for (const { features, order } of sources) {
    for await (const chunk of features.chunks({ order })) {
      count += chunk.rows
      if (chunk.kind === 'sparse') for (const column of chunk.columns) frequency[column]++
      else
        chunk.data.forEach((value, i) => {
          if (value !== 0) frequency[i % chunk.dim]++
        })
    }
  }
  return Float32Array.from(frequency, (df) => Math.log((1 + count) / (1 + df)) + 1)
}

/**
 * Its nodes: x `[batch, featureDim]` → unit rows of fold(x ∘ weights ∘ signs), `[batch, dim]`.
 *
 * @param dim divides the features' width
 */
export function buildHashedProjection(weights: Float32Array, dim: number, x: Value): Value {
  const random = new Random(signSeed)
  const signed = weights.map((weight) => (random.uniform() < 0.5 ? -weight : weight))
  const factors = x.graph.constant(floats([weights.length], signed))
  const folds = op.Reshape(op.Mul(x, factors), ['batch', weights.length / dim, dim])
  const folded = op.ReduceSum(folds, { axes: [1], keepdims: false })
  return unitRows(folded)
}

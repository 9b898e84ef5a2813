// Hashed senses (text, code) share one fixed signed projection, so that shared words stay shared (D10): the 8,192
// hash columns are weighted by how telling they are and folded onto fewer, column j onto j mod dim with a fixed
// sign (a count sketch, Charikar, Chen & Farach-Colton 2002, which keeps inner products in expectation). Nothing
// of it is learnt but the term weights, and no matrix has to be stored.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { Random } from '../../math/random.ts'
import { floats } from '../../spec/tensor.ts'
import type { FeatureRows, Narrowing } from './narrowing.ts'

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
      else chunk.data.forEach((value, i) => {
        if (value !== 0) frequency[i % chunk.dim]++
      })
    }
  }
  return Float32Array.from(frequency, (df) => Math.log((1 + count) / (1 + df)) + 1)
}

/**
 * x → fold(x ∘ weights ∘ signs), scaled to rows of length √dim, so that an input is of size 1 on average.
 * @param dim divides the features' width
 */
export function hashedProjection(weights: Float32Array, dim: number): Narrowing {
  const featureDim = weights.length
  const random = new Random(signSeed)
  const signed = weights.map((weight) => (random.uniform() < 0.5 ? -weight : weight))
  return {
    featureDim,
    dim,
    uncorrelated: false,
    build(features: Value) {
      const factors = features.graph.constant(floats([featureDim], signed), 'term_weights')
      const folds = op.Reshape(op.Mul(features, factors), ['batch', featureDim / dim, dim])
      const folded = op.ReduceSum(folds, { axes: [1], keepdims: false })
      const length = op.Sqrt(op.Add(op.ReduceSumSquare(folded, { axes: [1], keepdims: true }), 1e-12))
      return op.Mul(op.Div(folded, length), Math.sqrt(dim))
    },
  }
}

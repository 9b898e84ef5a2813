// Principal components of dense features with whitening, streamed: the covariance is never formed, it is applied
// to a block of vectors chunk by chunk (randomised-eigen.ts), so memory is a chunk and a few hundred vectors.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { densify } from '../../spec/features.ts'
import { floats } from '../../spec/tensor.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { randomisedEigen } from '../linear/randomised-eigen.ts'
import type { FeatureRows, Narrowing } from './narrowing.ts'

export interface PcaOptions {
  /** The most components to keep. */
  rank: number
  /**
   * Added to every variance before whitening, as a share of the mean kept variance, ≥ 0: components that carry
   * little are not blown up to the size of those that carry much.
   */
  shrinkage: number
  seed: number
}

/** x → (x − μ)·V·diag(1/√(λ + shrinkage·λ̄)), V the leading eigenvectors of the covariance of `sources`. */
export async function fitPca(
  products: MatrixProducts,
  sources: readonly FeatureRows[],
  { rank, shrinkage, seed }: PcaOptions,
): Promise<Narrowing> {
  const featureDim = sources[0].features.dim
  const count = sources.reduce((rows, { order }) => rows + order.length, 0)
  const mean = await featureMeans(sources, featureDim, count)
  const { values, vectors } = await randomisedEigen(products, (block) => applyCovariance(products, sources, mean, count, block), {
    size: featureDim,
    rank: Math.min(rank, featureDim, Math.max(1, count - 1)),
    seed,
  })
  return pcaNarrowing(featureDim, mean, vectors, whitening(values, shrinkage))
}

function whitening(values: Float64Array, shrinkage: number): Float64Array {
  const kept = values.filter((value) => value > values[0] * 1e-7)
  const average = kept.reduce((sum, value) => sum + value, 0) / Math.max(1, kept.length)
  return kept.map((value) => 1 / Math.sqrt(value + shrinkage * average))
}

function pcaNarrowing(featureDim: number, mean: Float32Array, vectors: Matrix, scales: Float64Array): Narrowing {
  const dim = scales.length
  const components = matrix(featureDim, dim)
  const offset = new Float64Array(dim)
  for (let i = 0; i < featureDim; i++) {
    for (let k = 0; k < dim; k++) {
      const component = vectors.data[i * vectors.cols + k] * scales[k]
      components.data[i * dim + k] = component
      offset[k] -= mean[i] * component
    }
  }
  return {
    featureDim,
    dim,
    uncorrelated: true,
    build(features: Value) {
      const P = features.graph.constant(floats([featureDim, dim], components.data), 'components')
      const c = features.graph.constant(floats([dim], Float32Array.from(offset)), 'offset')
      return op.Gemm(features, P, c)
    },
  }
}

async function featureMeans(sources: readonly FeatureRows[], dim: number, count: number): Promise<Float32Array> {
  const sums = new Float64Array(dim)
  for (const { features, order } of sources) {
    for await (const chunk of features.chunks({ order })) {
      const data = densify(chunk)
      for (let row = 0; row < chunk.rows; row++) {
        for (let i = 0; i < dim; i++) sums[i] += data[row * dim + i]
      }
    }
  }
  return Float32Array.from(sums, (sum) => sum / count)
}

/** The covariance times a block, one chunk at a time: Σ (X − μ)ᵀ(X − μ)·block / count. */
async function applyCovariance(
  products: MatrixProducts,
  sources: readonly FeatureRows[],
  mean: Float32Array,
  count: number,
  block: Matrix,
): Promise<Matrix> {
  const sum = matrix(block.rows, block.cols)
  for (const { features, order } of sources) {
    for await (const chunk of features.chunks({ order, chunkRows: 1024 })) {
      const X = matrix(chunk.rows, chunk.dim, centred(densify(chunk), mean))
      const part = await products.multiply(X, await products.multiply(X, block), { transA: true })
      for (let i = 0; i < sum.data.length; i++) sum.data[i] += part.data[i] / count
    }
  }
  return sum
}

function centred(data: Float32Array, mean: Float32Array): Float32Array {
  const out = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) out[i] = data[i] - mean[i % mean.length]
  return out
}

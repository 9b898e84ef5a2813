// Principal components with whitening, streamed: the covariance is never formed, it is applied to a block of vectors
// chunk by chunk, so memory is a chunk and a few hundred vectors (rows that are few enough are kept instead of being
// read again). What comes out is a basis of the leading subspace in which the training rows have mean 0 and, but for
// the shrinkage, covariance I; it is not the components one by one, which nothing that follows would see.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { meanDiagonal, safeInverseCholesky } from '../../math/cholesky.ts'
import { firstNonFinite } from '../../math/first-non-finite.ts'
import { type Matrix, matrix } from '../../math/matrix.ts'
import { TongganError } from '../../spec/errors.ts'
import { floats } from '../../spec/tensor.ts'
import { gramTimes } from '../linear/gram-times.ts'
import { leadingSubspace } from '../linear/leading-subspace.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'

export interface PcaOptions {
  /** The most inputs to keep. */
  rank: number
  /**
   * Added to every variance before whitening, as a share of the mean kept variance, ≥ 0: directions that carry
   * little are not blown up to the size of those that carry much.
   */
  shrinkage: number
  seed: number
}

/** x → x·P + c. */
export interface Pca {
  /** `[featureDim, dim]` */
  readonly components: Matrix
  /** `[dim]` */
  readonly offset: Float32Array
}

/** Rows that can be gone through again and again: `[rows, dim]` chunks, the same each time. */
export type RowStream = () => AsyncIterable<Matrix>

/**
 * P = Q·R⁻¹ and c = −μ·P, Q a basis of the leading eigenvectors, RᵀR = QᵀCQ + shrinkage·λ̄·I, C the covariance.
 *
 * @throws TongganError `not-finite` where the mean or the variance of the rows is not
 */
export async function fitPca(
  products: MatrixProducts,
  rows: RowStream,
  { rank, shrinkage, seed }: PcaOptions,
): Promise<Pca> {
  const { means, count } = await rowMeans(rows)
  const bad = firstNonFinite(means)
  if (bad >= 0) {
    throw new TongganError('not-finite', {
      operation: 'principal components',
      expected: 'rows of finite numbers',
      received: `a mean of ${means[bad]}`,
      remedy: 'look for NaN or numbers of enormous size among the features',
    })
  }
  const centred = await centredRows(rows, means, count)
  const apply = (block: Matrix) => gramTimes(products, centred(), block, count)
  const size = means.length
  const width = Math.min(rank, size, Math.max(1, count - 1))
  const Q = await leadingSubspace(products, apply, { size, width, iterations: 2, seed })
  const covariance = await products.multiply(Q, await apply(Q), { transA: true })
  const components = await products.multiply(Q, whitening(covariance, shrinkage))
  const { data } = await products.multiply(matrix(1, means.length, means), components)
  return { components, offset: data.map((value) => -value) }
}

/**
 * M `[n, n]` for which Mᵀ·(C + shrinkage·λ̄·I)·M = I, λ̄ the mean variance, scaled so that what it whitens has a mean
 * variance of 1.
 */
export function whitening(covariance: Matrix, shrinkage: number): Matrix {
  const variance = meanDiagonal(covariance)
  const M = safeInverseCholesky(covariance, Math.max(shrinkage, leastShrinkage) * variance || 1)
  const left =
    M.data.reduce((sum, value) => sum + value ** 2, 0) * Math.max(shrinkage, leastShrinkage) * variance
  const size = Math.sqrt(Math.max(1 - left / covariance.rows, leastShrinkage))
  return { ...M, data: M.data.map((value) => value / size) }
}

/** What float32 needs to stay positive definite. */
const leastShrinkage = 1e-6

/** Its nodes: `[batch, featureDim]` → `[batch, dim]`. */
export function buildPca({ components, offset }: Pca, x: Value): Value {
  const P = x.graph.constant(floats([components.rows, components.cols], components.data), 'components')
  return op.Gemm(x, P, x.graph.constant(floats([offset.length], offset), 'offset'))
}

async function rowMeans(rows: RowStream): Promise<{ means: Float32Array; count: number }> {
  let sums = new Float64Array(0)
  let count = 0
  for await (const chunk of rows()) {
    if (count === 0) sums = new Float64Array(chunk.cols)
    for (let row = 0; row < chunk.rows; row++) {
      for (let i = 0; i < chunk.cols; i++) sums[i] += chunk.data[row * chunk.cols + i]
    }
    count += chunk.rows
  }
  return { means: Float32Array.from(sums, (sum) => sum / count), count }
}

/** The rows with `means` taken off: kept where they fit in `keptBytes`, else made anew each time. */
async function centredRows(rows: RowStream, means: Float32Array, count: number): Promise<RowStream> {
  async function* centred() {
    for await (const { rows: n, cols, data } of rows()) {
      const out = matrix(n, cols)
      for (let row = 0; row < n; row++) {
        for (let i = 0; i < cols; i++) out.data[row * cols + i] = data[row * cols + i] - means[i]
      }
      yield out
    }
  }
  if (count * means.length * 4 > keptBytes) return centred
  const kept = matrix(count, means.length)
  let at = 0
  for await (const { data } of centred()) {
    kept.data.set(data, at)
    at += data.length
  }
  return async function* () {
    yield kept
  }
}

/** About 16,000 rows of 4,000. */
const keptBytes = 256 * 2 ** 20

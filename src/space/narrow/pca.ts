// Principal components with whitening, streamed: the covariance is never formed, it is applied
// to a block of vectors chunk by chunk (randomised-eigen.ts), so memory is a chunk and a few hundred vectors (rows that are few enough are kept
// instead of being read again).

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { type Matrix, matrix, scaleCols, takeCols } from '../../math/matrix.ts'
import { floats } from '../../spec/tensor.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { randomisedEigen } from '../linear/randomised-eigen.ts'

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

/** x → x·P + c, whitened principal components. */
export interface Pca {
  /** `[featureDim, dim]` */
  readonly components: Matrix
  /** `[dim]` */
  readonly offset: Float32Array
}

/** Rows that can be gone through again and again: `[rows, dim]` chunks, the same each time. */
export type RowStream = () => AsyncIterable<Matrix>

/** P = V·diag(1/√(λ + shrinkage·λ̄)) and c = −μ·P, V the leading eigenvectors of the covariance of the rows. */
export async function fitPca(
  products: MatrixProducts,
  rows: RowStream,
  { rank, shrinkage, seed }: PcaOptions,
): Promise<Pca> {
  const { means, count } = await rowMeans(rows)
  const centred = await centredRows(rows, means, count)
  const { values, vectors } = await randomisedEigen(
    products,
    (block) => applyCovariance(products, centred, count, block),
    {
      size: means.length,
      rank: Math.min(rank, means.length, Math.max(1, count - 1)),
      seed,
    },
  )
  const scales = whitening(values, shrinkage)
  const components = scaleCols(takeCols(vectors, 0, scales.length), scales)
  const { data } = await products.multiply(matrix(1, means.length, means), components)
  return { components, offset: data.map((value) => -value) }
}

/** Its nodes: `[batch, featureDim]` → `[batch, dim]`. */
export function buildPca({ components, offset }: Pca, x: Value): Value {
  const P = x.graph.constant(floats([components.rows, components.cols], components.data), 'components')
  return op.Gemm(x, P, x.graph.constant(floats([offset.length], offset), 'offset'))
}

/** 1/√(λ + shrinkage·λ̄) of the components that carry anything, scaled so that inputs have a mean variance of 1. */
function whitening(values: Float64Array, shrinkage: number): Float64Array {
  const kept = values.filter((value) => value > values[0] * 1e-7)
  const average = mean(kept)
  const scales = kept.map((value) => 1 / Math.sqrt(value + shrinkage * average))
  const size = Math.sqrt(mean(kept.map((value, k) => value * scales[k] ** 2)))
  return scales.map((scale) => scale / size)
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
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

/** The covariance times a block: Σ (X − μ)ᵀ(X − μ)·block / count. */
async function applyCovariance(
  products: MatrixProducts,
  centred: RowStream,
  count: number,
  block: Matrix,
): Promise<Matrix> {
  const sum = matrix(block.rows, block.cols)
  for await (const X of centred()) {
    const part = await products.multiply(X, await products.multiply(X, block), { transA: true })
    for (let i = 0; i < sum.data.length; i++) sum.data[i] += part.data[i] / count
  }
  return sum
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

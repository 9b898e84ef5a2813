// The leading principal directions of a sense as an affine map, largest variance first: what a sense says by itself.

import { columnMeans, type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { randomisedEigen } from '../linear/randomised-eigen.ts'
import { covarianceOf } from '../narrow/kernel-map.ts'
import type { AffineMap } from './solver.ts'

export interface Moments {
  /** `[d]` */
  readonly mean: Float32Array
  /** `[d, d]` */
  readonly covariance: Matrix
}

export async function momentsOf(products: MatrixProducts, inputs: Matrix): Promise<Moments> {
  const mean = columnMeans(inputs)
  return { mean, covariance: await covarianceOf(products, inputs, mean) }
}

/** x → (x − μ)·V, V `[d, dim]` the leading eigenvectors of the covariance. */
export async function principalMap(
  products: MatrixProducts,
  { mean, covariance }: Moments,
  dim: number,
  seed: number,
): Promise<AffineMap> {
  const { vectors } = await randomisedEigen(products, (block) => products.multiply(covariance, block), {
    size: covariance.rows,
    rank: Math.min(dim, covariance.rows),
    seed,
  })
  return centredMap(products, vectors, mean)
}

/** x → (x − mean)·W. */
export async function centredMap(
  products: MatrixProducts,
  W: Matrix,
  mean: Float32Array,
): Promise<AffineMap> {
  const { data } = await products.multiply(matrix(1, mean.length, mean), W)
  return { W, b: data.map((value) => -value) }
}

/** X·W + b. */
export async function applyMap(products: MatrixProducts, X: Matrix, { W, b }: AffineMap): Promise<Matrix> {
  const out = await products.multiply(X, W)
  for (let i = 0; i < out.data.length; i++) out.data[i] += b[i % W.cols]
  return out
}

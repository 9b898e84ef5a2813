// The first two moments of a sense's inputs and what closed forms make of them. Several solvers ask the same of the same
// inputs, and whitening is the dearest thing that they do, so each answer is worked out once and kept for as long as
// the inputs are.

import { meanDiagonal, safeInverseCholesky } from '../../math/cholesky.ts'
import { columnMeans, type Matrix, matrix } from '../../math/matrix.ts'
import { TongganError } from '../../spec/errors.ts'
import { covarianceOf } from '../linear/covariance.ts'
import { leadingSubspace } from '../linear/leading-subspace.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { AffineMap } from './solver.ts'

export class Moments {
  /** `[d]` */
  readonly mean: Float32Array
  /** `[d, d]` */
  readonly covariance: Matrix
  readonly #whitenings = new Map<number, Matrix>()
  readonly #principal = new Map<string, Promise<AffineMap>>()

  constructor(mean: Float32Array, covariance: Matrix) {
    this.mean = mean
    this.covariance = covariance
  }

  /**
   * Of the inputs `[items, d]` of one sense.
   *
   * @throws TongganError `not-finite` where a mean or a variance is not
   */
  static async of(products: MatrixProducts, inputs: Matrix): Promise<Moments> {
    const known = kept.get(inputs)
    if (known) return known
    const mean = columnMeans(inputs)
    const covariance = await covarianceOf(products, inputs, mean)
    requireFinite(covariance)
    const moments = new Moments(mean, covariance)
    kept.set(inputs, moments)
    return moments
  }

  /** R⁻¹ with (R⁻¹)ᵀ·(C + ridge·λ̄·I)·R⁻¹ = I, λ̄ the mean variance; ridge > 0. */
  whitening(ridge: number): Matrix {
    const { covariance } = this
    const R = this.#whitenings.get(ridge) ?? safeInverseCholesky(covariance, ridge * meanDiagonal(covariance))
    this.#whitenings.set(ridge, R)
    return R
  }

  /**
   * x → (x − μ)·V, V `[d, dim]` an orthonormal basis of the leading eigenvectors of C: what the sense says by itself. Not
   * the eigenvectors one by one: no cosine sees the difference, and they would cost most of a closed form.
   */
  principalMap(products: MatrixProducts, dim: number, seed: number): Promise<AffineMap> {
    const key = `${dim} ${seed}`
    const map = this.#principal.get(key) ?? this.#principalMap(products, dim, seed)
    this.#principal.set(key, map)
    return map
  }

  async #principalMap(products: MatrixProducts, dim: number, seed: number): Promise<AffineMap> {
    const { covariance, mean } = this
    const basis = await leadingSubspace(products, (block) => products.multiply(covariance, block), {
      size: covariance.rows,
      width: Math.min(dim, covariance.rows),
      iterations: 4,
      seed,
    })
    return centredMap(products, basis, mean)
  }
}

const kept = new WeakMap<Matrix, Moments>()

/** A mean that is not finite makes its variance so. */
function requireFinite(covariance: Matrix): void {
  const variance = meanDiagonal(covariance)
  if (Number.isFinite(variance)) return
  throw new TongganError('not-finite', {
    operation: 'fit: closed forms',
    expected: 'inputs of finite variance',
    received: `a mean variance of ${variance}`,
    remedy: 'look for NaN or numbers of enormous size among the features',
  })
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

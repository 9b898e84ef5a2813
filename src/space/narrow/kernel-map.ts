// A non-linear map of inputs that needs no training: kernel principal components with a Gaussian kernel on unit rows,
// by the Nyström method (Schölkopf, Smola & Müller 1998; Williams & Seeger, NeurIPS 2000). On them regularised CCA is
// kernel CCA and ridge regression is kernel ridge regression: what is near in the features stays near.
//
//   k(x) = exp(γ(u·Aᵀ − 1)), u = x/|x|, A the unit rows of the anchors         [batch, anchors]
//   φ(x) = k(x)·Q·R⁻¹, Q a basis of the leading eigenvectors of K = k(A), RᵀR = QᵀKQ   [batch, dim]
//
// so that φ(x)·φ(y) is the kernel within what Q spans. φ is then centred and whitened like any principal components.

import type { Value } from '../../graph/graph.ts'
import * as op from '../../graph/ops.ts'
import { unitRows } from '../../graph/unit-rows.ts'
import { meanDiagonal, safeInverseCholesky } from '../../math/cholesky.ts'
import { columnMeans, type Matrix, matrix, normaliseRows, takeRows } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { floats } from '../../spec/tensor.ts'
import { covarianceOf } from '../linear/covariance.ts'
import { leadingSubspace } from '../linear/leading-subspace.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { type InputMap, mapInputs } from './input-map.ts'
import { whitening } from './pca.ts'

export interface KernelMapOptions {
  /** The most training items that the kernel compares with, drawn by the seed. */
  anchors: number
  /** Inverse squared width of the kernel on unit rows, > 0: similarity falls to 1/e at a cosine of 1 − 1/γ. */
  gamma: number
  /** The most components to keep. */
  rank: number
  /** See `PcaOptions.shrinkage`. */
  shrinkage: number
  seed: number
}

/** The most items that the mean and the covariance of φ are taken of, drawn by the seed. */
const mostWhitened = 50_000

/** @param inputs `[items, d]`, training items */
export async function fitKernelMap(
  products: MatrixProducts,
  inputs: Matrix,
  { anchors, gamma, rank, shrinkage, seed }: KernelMapOptions,
): Promise<InputMap> {
  const chosen = new Random(seed, 2).sample(inputs.rows, anchors)
  const A = normaliseRows(takeRows(inputs, chosen))
  const kernel = (x: Value) => gaussianKernel(x, A, gamma)
  const K = await mapInputs({ dim: A.rows, build: kernel }, A, products)
  const apply = (block: Matrix) => products.multiply(K, block)
  const width = Math.min(rank, A.rows)
  const Q = await leadingSubspace(products, apply, { size: A.rows, width, iterations: 2, seed })
  const compressed = await products.multiply(Q, await apply(Q), { transA: true })
  const factor = safeInverseCholesky(compressed, 1e-7 * meanDiagonal(compressed))
  const toComponents = await products.multiply(Q, factor)
  const build = (x: Value, map: Matrix, offset: Float32Array) =>
    op.Gemm(kernel(x), constant(x, map), x.graph.constant(floats([offset.length], offset)))

  const zeros = new Float32Array(width)
  const some =
    inputs.rows > mostWhitened
      ? takeRows(inputs, new Random(seed, 5).sample(inputs.rows, mostWhitened))
      : inputs
  const phi = await mapInputs({ dim: width, build: (x) => build(x, toComponents, zeros) }, some, products)
  const means = columnMeans(phi)
  const M = whitening(await covarianceOf(products, phi, means), shrinkage)
  const map = await products.multiply(toComponents, M)
  const shift = await products.multiply(matrix(1, width, means), M)
  const offset = shift.data.map((value) => -value)
  return { dim: width, build: (x) => build(x, map, offset) }
}

/** k(x), `[batch, d]` → `[batch, anchors]`; `anchors` are unit rows. */
function gaussianKernel(x: Value, anchors: Matrix, gamma: number): Value {
  const cosines = op.Gemm(unitRows(x), constant(x, anchors), undefined, { transB: true })
  return op.Exp(op.Mul(op.Sub(cosines, 1), gamma))
}

function constant(x: Value, { rows, cols, data }: Matrix): Value {
  return x.graph.constant(floats([rows, cols], data))
}

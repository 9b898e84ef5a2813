// The Cholesky factor of a small symmetric positive definite matrix (at most some hundred rows), in float64: what
// whitening and ridge regression need, at a fraction of the cost of eigenvectors.

import { type Matrix, matrix } from './matrix.ts'

/**
 * R⁻¹ `[n, n]`, upper triangular, for which (R⁻¹)ᵀ·(G + shift·I)·R⁻¹ = I: columns of R⁻¹ whiten what has covariance G.
 * Only the mean of G with its transpose is seen. Undefined where G + shift·I is not positive definite.
 */
export function inverseCholesky({ rows: n, data }: Matrix, shift: number): Matrix | undefined {
  const L = lowerFactor(data, n, shift)
  return L && inverseTransposed(L, n)
}

/** The same, with the shift made a hundred times larger until there is a factor. */
export function safeInverseCholesky(G: Matrix, shift: number): Matrix {
  for (let now = shift > 0 ? shift : 1e-12; ; now *= 100) {
    const inverse = inverseCholesky(G, now)
    if (inverse) return inverse
  }
}

/** Mean of the diagonal: the mean variance where G is a covariance. */
export function meanDiagonal({ rows: n, data }: Matrix): number {
  let trace = 0
  for (let i = 0; i < n; i++) trace += data[i * n + i]
  return trace / Math.max(1, n)
}

/** Lower L `[n, n]` with L·Lᵀ = G + shift·I, row by row. */
function lowerFactor(G: Float32Array, n: number, shift: number): Float64Array | undefined {
  const L = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (G[i * n + j] + G[j * n + i]) / 2 + (i === j ? shift : 0)
      for (let k = 0; k < j; k++) sum -= L[i * n + k] * L[j * n + k]
      if (i !== j) L[i * n + j] = sum / L[j * n + j]
      else if (sum > 0) L[i * n + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  return L
}

/** (L⁻¹)ᵀ by forward substitution, a column of L⁻¹ at a time. */
function inverseTransposed(L: Float64Array, n: number): Matrix {
  const inverse = matrix(n, n)
  const column = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = i === j ? 1 : 0
      for (let k = j; k < i; k++) sum -= L[i * n + k] * column[k]
      column[i] = sum / L[i * n + i]
      inverse.data[j * n + i] = column[i]
    }
  }
  return inverse
}

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

/**
 * Lower L `[n, n]` with L·Lᵀ = G + shift·I, row by row, four entries at a time: four sums in flight hide the latency of
 * each, and read the row once. Undefined where that is not positive definite.
 */
export function lowerFactor(G: Float32Array, n: number, shift: number): Float64Array | undefined {
  const L = new Float64Array(n * n)
  const entry = (i: number, j: number) => (G[i * n + j] + G[j * n + i]) / 2 + (i === j ? shift : 0)
  for (let i = 0; i < n; i++) {
    const row = i * n
    let j = 0
    for (; j + 4 <= i; j += 4) {
      const r0 = j * n
      const r1 = r0 + n
      const r2 = r1 + n
      const r3 = r2 + n
      let s0 = entry(i, j)
      let s1 = entry(i, j + 1)
      let s2 = entry(i, j + 2)
      let s3 = entry(i, j + 3)
      for (let k = 0; k < j; k++) {
        const value = L[row + k]
        s0 -= value * L[r0 + k]
        s1 -= value * L[r1 + k]
        s2 -= value * L[r2 + k]
        s3 -= value * L[r3 + k]
      }
      s0 /= L[r0 + j]
      s1 = (s1 - s0 * L[r1 + j]) / L[r1 + j + 1]
      s2 = (s2 - s0 * L[r2 + j] - s1 * L[r2 + j + 1]) / L[r2 + j + 2]
      s3 = (s3 - s0 * L[r3 + j] - s1 * L[r3 + j + 1] - s2 * L[r3 + j + 2]) / L[r3 + j + 3]
      L[row + j] = s0
      L[row + j + 1] = s1
      L[row + j + 2] = s2
      L[row + j + 3] = s3
    }
    for (; j <= i; j++) {
      let sum = entry(i, j)
      for (let k = 0; k < j; k++) sum -= L[row + k] * L[j * n + k]
      if (j < i) L[row + j] = sum / L[j * n + j]
      else if (sum > 0) L[row + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  return L
}

/** (L⁻¹)ᵀ by forward substitution, four columns of L⁻¹ at a time: they are four rows of what comes out. */
function inverseTransposed(L: Float64Array, n: number): Matrix {
  const inverse = matrix(n, n)
  const columns = new Float64Array(4 * n)
  const [c0, c1, c2, c3] = [0, 1, 2, 3].map((c) => columns.subarray(c * n, (c + 1) * n))
  for (let j = 0; j < n; j += 4) {
    for (let i = j; i < n; i++) {
      let s0 = i === j ? 1 : 0
      let s1 = i === j + 1 ? 1 : 0
      let s2 = i === j + 2 ? 1 : 0
      let s3 = i === j + 3 ? 1 : 0
      const row = i * n
      for (let k = j; k < i; k++) {
        const value = L[row + k]
        s0 -= value * c0[k]
        s1 -= value * c1[k]
        s2 -= value * c2[k]
        s3 -= value * c3[k]
      }
      const diagonal = L[row + i]
      c0[i] = s0 / diagonal
      c1[i] = s1 / diagonal
      c2[i] = s2 / diagonal
      c3[i] = s3 / diagonal
    }
    for (let c = 0; c < 4 && j + c < n; c++)
      inverse.data.set(columns.subarray(c * n + j, (c + 1) * n), (j + c) * n + j)
  }
  return inverse
}

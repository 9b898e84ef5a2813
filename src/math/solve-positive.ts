// Linear equations with a symmetric positive definite matrix of up to a few thousand rows, by Cholesky's factorisation
// in float64. Plain loops over one flat array: at a thousand rows an order of magnitude faster than through `ml-matrix`.

import { type Matrix, matrix } from './matrix.ts'

/**
 * X with (A + ridge·I)·X = Y: `[n, n]`, `[n, k]` → `[n, k]`. Only the lower half of A is read.
 * @throws RangeError where A + ridge·I is not positive definite
 */
export function solvePositive(A: Matrix, Y: Matrix, ridge = 0): Matrix {
  const n = A.rows
  const L = factor(A, ridge)
  const { cols } = Y
  const X = Float64Array.from(Y.data)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) subtract(X, i, j, L[i * n + j], cols)
    divide(X, i, L[i * n + i], cols)
  }
  for (let i = n - 1; i >= 0; i--) {
    divide(X, i, L[i * n + i], cols)
    for (let j = 0; j < i; j++) subtract(X, j, i, L[i * n + j], cols)
  }
  return matrix(n, cols, Float32Array.from(X))
}

/** L `[n, n]`, lower, with L·Lᵀ = A + ridge·I. */
function factor({ rows: n, data }: Matrix, ridge: number): Float64Array {
  const L = Float64Array.from(data)
  for (let i = 0; i < n; i++) L[i * n + i] += ridge
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = L[i * n + j] - innerProduct(L, i * n, j * n, j)
      if (i !== j) L[i * n + j] = sum / L[j * n + j]
      else if (sum > 0) L[i * n + i] = Math.sqrt(sum)
      else throw new RangeError(`solvePositive: not positive definite at row ${i}`)
    }
  }
  return L
}

/** Of `length` entries from `a` and from `b` on; four sums at once, so that no addition waits for the one before. */
function innerProduct(L: Float64Array, a: number, b: number, length: number): number {
  let s = 0
  let t = 0
  let u = 0
  let v = 0
  let k = 0
  for (; k + 3 < length; k += 4) {
    s += L[a + k] * L[b + k]
    t += L[a + k + 1] * L[b + k + 1]
    u += L[a + k + 2] * L[b + k + 2]
    v += L[a + k + 3] * L[b + k + 3]
  }
  for (; k < length; k++) s += L[a + k] * L[b + k]
  return s + t + (u + v)
}

/** Row `to` less `factor` times row `from`. */
function subtract(X: Float64Array, to: number, from: number, factor: number, cols: number): void {
  for (let c = 0; c < cols; c++) X[to * cols + c] -= factor * X[from * cols + c]
}

function divide(X: Float64Array, row: number, by: number, cols: number): void {
  for (let c = 0; c < cols; c++) X[row * cols + c] /= by
}

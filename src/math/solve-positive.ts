// Linear equations with a symmetric positive definite matrix of up to a few thousand rows, by Cholesky's factor in
// float64 and two substitutions that go row by row, so that many right-hand sides cost little more than one.

import { lowerFactor } from './cholesky.ts'
import { type Matrix, matrix } from './matrix.ts'

/**
 * X with (A + ridge·I)·X = Y: `[n, n]`, `[n, k]` → `[n, k]`. Only the mean of A with its transpose is seen.
 * @throws RangeError where A + ridge·I is not positive definite
 */
export function solvePositive(A: Matrix, Y: Matrix, ridge = 0): Matrix {
  const n = A.rows
  const L = lowerFactor(A.data, n, ridge)
  if (!L) throw new RangeError('solvePositive: not positive definite')
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

/** Row `to` less `factor` times row `from`. */
function subtract(X: Float64Array, to: number, from: number, factor: number, cols: number): void {
  for (let c = 0; c < cols; c++) X[to * cols + c] -= factor * X[from * cols + c]
}

function divide(X: Float64Array, row: number, by: number, cols: number): void {
  for (let c = 0; c < cols; c++) X[row * cols + c] /= by
}

// The Cholesky factor of a small symmetric positive definite matrix (at most some hundred rows), in float64: what
// whitening and ridge regression need, at a fraction of the cost of eigenvectors.

import { TongganError } from '../spec/errors.ts'
import { type Matrix, matrix } from './matrix.ts'

/**
 * R⁻¹ `[n, n]`, upper triangular, for which (R⁻¹)ᵀ·(G + shift·I)·R⁻¹ = I: columns of R⁻¹ whiten what has covariance G.
 * Only the mean of G with its transpose is seen. Undefined where G + shift·I is not positive definite.
 */
export function inverseCholesky({ rows: n, data }: Matrix, shift: number): Matrix | undefined {
  const L = lowerFactor(data, n, shift)
  return L && inverseTransposed(L, n)
}

/**
 * The same, with the shift made a hundred times larger until there is a factor.
 *
 * @throws TongganError `not-finite` for numbers in G of which no shift makes one
 */
export function safeInverseCholesky(G: Matrix, shift: number): Matrix {
  const mean = meanDiagonal(G)
  for (let now = shift > 0 ? shift : 1e-12; Number.isFinite(mean + now); now *= 100) {
    const inverse = inverseCholesky(G, now)
    if (inverse) return inverse
  }
  throw new TongganError('not-finite', {
    operation: 'factorise a covariance',
    expected: 'finite numbers',
    received: Number.isFinite(mean) ? 'others beside its diagonal' : `a mean variance of ${mean}`,
    remedy: 'look for NaN or numbers of enormous size among the features',
  })
}

/** Mean of the diagonal: the mean variance where G is a covariance. */
export function meanDiagonal({ rows: n, data }: Matrix): number {
  let trace = 0
  for (let i = 0; i < n; i++) trace += data[i * n + i]
  return trace / Math.max(1, n)
}

/**
 * Lower L `[n, n]` with L·Lᵀ = G + shift·I, two rows and four columns at a time (`subtractProducts`). Undefined where
 * that is not positive definite.
 */
export function lowerFactor(G: Float32Array, n: number, shift: number): Float64Array | undefined {
  const L = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) L[i * n + j] = (G[i * n + j] + G[j * n + i]) / 2
    L[i * n + i] += shift
  }
  const sums = new Float64Array(8)
  for (let i = 0; i < n; i += 2) {
    const last = Math.min(i + 1, n - 1)
    const wide = i & ~3
    for (let j = 0; j < wide; j += 4) {
      // An only last row stands in for the second, which is not there, and is written twice.
      for (let c = 0; c < 4; c++) {
        sums[c] = L[i * n + j + c]
        sums[4 + c] = L[last * n + j + c]
      }
      subtractProducts(sums, L, i * n, last * n, L, j * n, n, 0, j)
      solveFour(L, i * n + j, sums, 0, j * n + j, n)
      solveFour(L, last * n + j, sums, 4, j * n + j, n)
    }
    for (let row = i; row <= last; row++) {
      for (let j = wide; j <= row; j++) {
        let sum = L[row * n + j]
        for (let k = 0; k < j; k++) sum -= L[row * n + k] * L[j * n + k]
        if (j < row) L[row * n + j] = sum / L[j * n + j]
        else if (sum > 0) L[row * n + row] = Math.sqrt(sum)
        else return undefined
      }
    }
  }
  return L
}

/**
 * Takes off `sums` `[2, 4]` the products of two rows of L, which begin at `a` and `b`, with four rows of V, from `v` on: of
 * their numbers `from` to before `to`. Eight sums in flight hide the latency of each, and what is read serves several.
 */
function subtractProducts(
  sums: Float64Array,
  L: Float64Array,
  a: number,
  b: number,
  V: Float64Array,
  v: number,
  n: number,
  from: number,
  to: number,
): void {
  const v1 = v + n
  const v2 = v1 + n
  const v3 = v2 + n
  let a0 = sums[0]
  let a1 = sums[1]
  let a2 = sums[2]
  let a3 = sums[3]
  let b0 = sums[4]
  let b1 = sums[5]
  let b2 = sums[6]
  let b3 = sums[7]
  for (let k = from; k < to; k++) {
    const x = L[a + k]
    const y = L[b + k]
    const w0 = V[v + k]
    const w1 = V[v1 + k]
    const w2 = V[v2 + k]
    const w3 = V[v3 + k]
    a0 -= x * w0
    a1 -= x * w1
    a2 -= x * w2
    a3 -= x * w3
    b0 -= y * w0
    b1 -= y * w1
    b2 -= y * w2
    b3 -= y * w3
  }
  sums[0] = a0
  sums[1] = a1
  sums[2] = a2
  sums[3] = a3
  sums[4] = b0
  sums[5] = b1
  sums[6] = b2
  sums[7] = b3
}

/** Writes at `at` the four entries that times the 4 × 4 triangle at `corner` are the four sums from `s` on. */
function solveFour(
  L: Float64Array,
  at: number,
  sums: Float64Array,
  s: number,
  corner: number,
  n: number,
): void {
  for (let r = 0; r < 4; r++) {
    const row = corner + r * n
    let sum = sums[s + r]
    for (let k = 0; k < r; k++) sum -= L[at + k] * L[row + k]
    L[at + r] = sum / L[row + r]
  }
}

/** (L⁻¹)ᵀ by forward substitution, two rows of L and four columns of L⁻¹ at a time: these are four rows of what comes out. */
function inverseTransposed(L: Float64Array, n: number): Matrix {
  const inverse = matrix(n, n)
  const columns = new Float64Array(4 * n)
  const sums = new Float64Array(8)
  for (let j = 0; j < n; j += 4) {
    for (let i = j; i < n; i += 2) {
      const last = Math.min(i + 1, n - 1)
      sums.fill(0)
      if (i - j < 4) sums[i - j] = 1
      if (i - j < 3) sums[i - j + 5] = 1
      subtractProducts(sums, L, i * n, last * n, columns, 0, n, j, i)
      for (let c = 0; c < 4; c++) {
        const column = c * n
        columns[column + i] = sums[c] / L[i * n + i]
        if (last === i) continue
        const rest = sums[4 + c] - L[last * n + i] * columns[column + i]
        columns[column + last] = rest / L[last * n + last]
      }
    }
    for (let c = 0; c < 4 && j + c < n; c++)
      inverse.data.set(columns.subarray(c * n + j, (c + 1) * n), (j + c) * n + j)
  }
  return inverse
}

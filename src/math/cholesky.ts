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
 * Lower L `[n, n]` with L·Lᵀ = G + shift·I, two rows and four columns at a time: eight sums in flight hide the latency of
 * each, and what is read serves several. Undefined where that is not positive definite.
 */
export function lowerFactor(G: Float32Array, n: number, shift: number): Float64Array | undefined {
  const L = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) L[i * n + j] = (G[i * n + j] + G[j * n + i]) / 2
    L[i * n + i] += shift
  }
  for (let i = 0; i < n; i += 2) {
    const rows = Math.min(2, n - i)
    const wide = i & ~3
    // An only last row stands in for the second, which is not there.
    for (let j = 0; j < wide; j += 4) subtractBlock(L, n, i, i + rows - 1, j)
    for (let row = i; row < i + rows; row++) {
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

/** Entries j to j + 3 of rows a and b, from what their rows of L hold before them; a may be b. */
function subtractBlock(L: Float64Array, n: number, a: number, b: number, j: number): void {
  const rowA = a * n
  const rowB = b * n
  const r0 = j * n
  const r1 = r0 + n
  const r2 = r1 + n
  const r3 = r2 + n
  let a0 = L[rowA + j]
  let a1 = L[rowA + j + 1]
  let a2 = L[rowA + j + 2]
  let a3 = L[rowA + j + 3]
  let b0 = L[rowB + j]
  let b1 = L[rowB + j + 1]
  let b2 = L[rowB + j + 2]
  let b3 = L[rowB + j + 3]
  for (let k = 0; k < j; k++) {
    const x = L[rowA + k]
    const y = L[rowB + k]
    const l0 = L[r0 + k]
    const l1 = L[r1 + k]
    const l2 = L[r2 + k]
    const l3 = L[r3 + k]
    a0 -= x * l0
    a1 -= x * l1
    a2 -= x * l2
    a3 -= x * l3
    b0 -= y * l0
    b1 -= y * l1
    b2 -= y * l2
    b3 -= y * l3
  }
  solveFour(L, rowA + j, a0, a1, a2, a3, r0 + j, n)
  if (b !== a) solveFour(L, rowB + j, b0, b1, b2, b3, r0 + j, n)
}

/** Writes at `at` the four entries that times the 4 × 4 triangle at `corner` are s0 to s3. */
function solveFour(
  L: Float64Array,
  at: number,
  s0: number,
  s1: number,
  s2: number,
  s3: number,
  corner: number,
  n: number,
): void {
  const r1 = corner + n
  const r2 = r1 + n
  const r3 = r2 + n
  const x0 = s0 / L[corner]
  const x1 = (s1 - x0 * L[r1]) / L[r1 + 1]
  const x2 = (s2 - x0 * L[r2] - x1 * L[r2 + 1]) / L[r2 + 2]
  L[at] = x0
  L[at + 1] = x1
  L[at + 2] = x2
  L[at + 3] = (s3 - x0 * L[r3] - x1 * L[r3 + 1] - x2 * L[r3 + 2]) / L[r3 + 3]
}

/** (L⁻¹)ᵀ by forward substitution, two rows of L and four columns of L⁻¹ at a time: these are four rows of what comes out. */
function inverseTransposed(L: Float64Array, n: number): Matrix {
  const inverse = matrix(n, n)
  const columns = new Float64Array(4 * n)
  const [c0, c1, c2, c3] = [0, 1, 2, 3].map((c) => columns.subarray(c * n, (c + 1) * n))
  for (let j = 0; j < n; j += 4) {
    for (let i = j; i < n; i += 2) {
      const rowA = i * n
      const rowB = Math.min(i + 1, n - 1) * n
      let a0 = Number(i === j)
      let a1 = 0
      let a2 = Number(i === j + 2)
      let a3 = 0
      let b0 = 0
      let b1 = Number(i === j)
      let b2 = 0
      let b3 = Number(i === j + 2)
      for (let k = j; k < i; k++) {
        const x = L[rowA + k]
        const y = L[rowB + k]
        const v0 = c0[k]
        const v1 = c1[k]
        const v2 = c2[k]
        const v3 = c3[k]
        a0 -= x * v0
        a1 -= x * v1
        a2 -= x * v2
        a3 -= x * v3
        b0 -= y * v0
        b1 -= y * v1
        b2 -= y * v2
        b3 -= y * v3
      }
      const own = L[rowA + i]
      c0[i] = a0 / own
      c1[i] = a1 / own
      c2[i] = a2 / own
      c3[i] = a3 / own
      if (i + 1 === n) break
      const before = L[rowB + i]
      const next = L[rowB + i + 1]
      c0[i + 1] = (b0 - before * c0[i]) / next
      c1[i + 1] = (b1 - before * c1[i]) / next
      c2[i + 1] = (b2 - before * c2[i]) / next
      c3[i + 1] = (b3 - before * c3[i]) / next
    }
    for (let c = 0; c < 4 && j + c < n; c++)
      inverse.data.set(columns.subarray(c * n + j, (c + 1) * n), (j + c) * n + j)
  }
  return inverse
}

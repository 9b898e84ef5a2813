// The orthogonal polar factor of a matrix that is square or tall, the matrix of orthonormal columns that is nearest to it: nothing
// but matrix products, where a singular value decomposition would be plain code. Every round is an odd polynomial of X, that is, of its
// singular values s, and leaves its singular vectors alone:
//
//   grow    s ← s(3 − s²)/2     Newton–Schulz (Björck & Bowie 1971; Higham, "Functions of Matrices", 2008, chapter 8):
//                               all go to 1, small ones by a half a round, near ones quadratically
//   settle  s ← s³(5 − 3s²)/2   purification (McWeeny 1960, there of projectors): above √(2/3) to 1, below to 0
//
// It ends where XᵀX is I. Where M is singular it never is: then what has not grown by the time that a hundred-thousandth
// of the largest singular value has reached 1 is rounding error, and settles at 0.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from './matrix-products.ts'

/** 1.5^34 is a million: a hundred-thousandth of the largest has reached 1 by then, float32's rounding (1e-7) a tenth. */
const growingRounds = 34

/** A tenth is nothing after three; the nearer to √(2/3), the more it takes. */
const settlingRounds = 6

/** |XᵀX − I| before the last round, which squares it: what is left, 1e-6 at most, is rounding. */
const nearlyOrthogonal = 1e-3

/** U·Vᵀ of M = U·Σ·Vᵀ, `[m, n]`, m ≥ n. Directions in which M is nothing, or mere rounding, are turned nowhere. */
export async function polarFactor(products: MatrixProducts, M: Matrix): Promise<Matrix> {
  const size = norm(M)
  if (size === 0) return matrix(M.rows, M.cols)
  const squared = (X: Matrix) => products.multiply(X, X, { transA: true })
  let X = scaled(M, 1 / size)
  // no singular value is above the fourth root of the sum of their fourth powers, and that is near to the largest
  X = scaled(X, 1 / Math.sqrt(norm(await squared(X))))
  for (let round = 0; round < growingRounds; round++) {
    const gram = await squared(X)
    X = await products.multiply(X, combined(-1 / 2, gram, 3 / 2))
    if (distanceToIdentity(gram) < nearlyOrthogonal) return X
  }
  for (let round = 0; round < settlingRounds; round++) {
    const gram = await squared(X)
    X = await products.multiply(X, await products.multiply(gram, combined(-3 / 2, gram, 5 / 2)))
  }
  return X
}

/** Frobenius norm. */
function norm({ data }: Matrix): number {
  let sum = 0
  for (const value of data) sum += value ** 2
  return Math.sqrt(sum)
}

function scaled({ rows, cols, data }: Matrix, factor: number): Matrix {
  const out = matrix(rows, cols)
  for (let i = 0; i < data.length; i++) out.data[i] = factor * data[i]
  return out
}

/** a·M + b·I. */
function combined(a: number, M: Matrix, b: number): Matrix {
  const out = scaled(M, a)
  for (let i = 0; i < out.rows; i++) out.data[i * out.cols + i] += b
  return out
}

/** Frobenius norm of M − I. */
function distanceToIdentity({ rows, cols, data }: Matrix): number {
  let sum = 0
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) sum += (data[i * cols + j] - Number(i === j)) ** 2
  }
  return Math.sqrt(sum)
}

// The orthogonal polar factor of a square matrix, the orthogonal matrix that is nearest to it, by the Newton–Schulz iteration
// (Björck & Bowie 1971; Higham 2008, chapter 8): nothing but matrix products, where a singular value decomposition
// would be plain code.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from './matrix-products.ts'

/** A singular value of a millionth of the largest has reached 1 by then: each round makes small ones 1.5 times as large. */
const mostRounds = 48

/** How near XᵀX is to I, per entry, when it is called orthogonal. */
const tolerance = 1e-6

/** U·Vᵀ of M = U·Σ·Vᵀ, `[n, n]`. Directions in which M is nothing are turned nowhere. */
export async function polarFactor(products: MatrixProducts, M: Matrix): Promise<Matrix> {
  const { rows: n } = M
  let X = scaled(M, 1 / (largestSingularValueBound(M) || 1))
  for (let round = 0; round < mostRounds; round++) {
    const gram = await products.multiply(X, X, { transA: true })
    const next = await products.multiply(X, correction(gram))
    const moved = Math.sqrt(squaredDistance(next, X)) / n
    X = next
    if (moved < tolerance) break
  }
  return X
}

/** (3·I − XᵀX) / 2. */
function correction({ rows: n, data }: Matrix): Matrix {
  const out = matrix(n, n)
  for (let i = 0; i < data.length; i++) out.data[i] = -data[i] / 2
  for (let i = 0; i < n; i++) out.data[i * n + i] += 1.5
  return out
}

/** √(|M|₁·|M|∞), never below the largest singular value. */
function largestSingularValueBound({ rows, cols, data }: Matrix): number {
  const ofRow = new Float64Array(rows)
  const ofCol = new Float64Array(cols)
  data.forEach((value, i) => {
    ofRow[Math.floor(i / cols)] += Math.abs(value)
    ofCol[i % cols] += Math.abs(value)
  })
  return Math.sqrt(Math.max(...ofRow) * Math.max(...ofCol))
}

function scaled({ rows, cols, data }: Matrix, factor: number): Matrix {
  return matrix(
    rows,
    cols,
    data.map((value) => value * factor),
  )
}

function squaredDistance(a: Matrix, b: Matrix): number {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i] - b.data[i]) ** 2
  return sum
}

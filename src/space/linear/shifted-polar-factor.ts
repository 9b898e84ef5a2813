// The orthogonal polar factor of w·I + XᵀY, where X and Y `[n, d]` have few rows: a rotation that is drawn towards none at all.
// Off the span S of all these rows, that matrix is w·I and turns nothing. With Q an orthonormal basis of S, the factor is
//
//   R = I + Q·(R′ − I)·Qᵀ,   R′ the polar factor of Qᵀ(w·I + XᵀY)Q = w·I + (XQ)ᵀ(YQ), at most `[2n, 2n]`
//
// which costs n·d² once instead of d³ a round: at d = 1536 a two-hundredth for n = 10, a half for n = 500, and twice as much
// for n = 740, since Q is dear then. Rows that depend on one another do no harm: what stands for them in Q is noise
// that X and Y do not see, so there R′ is I.

import { type Matrix, matrix, normaliseRows, transpose } from '../../math/matrix.ts'
import { plusDiagonal } from '../../math/plus-diagonal.ts'
import type { MatrixProducts } from './matrix-products.ts'
import { orthonormalBasis } from './orthonormal-basis.ts'
import { polarFactor } from './polar-factor.ts'

/**
 * U·Vᵀ of w·I + XᵀY = U·Σ·Vᵀ, `[d, d]`. Equals `polarFactor` of that matrix, which is how it is made where 3n ≥ d.
 *
 * @param X `[n, d]`
 * @param Y `[n, d]`
 * @param weight w > 0
 */
export async function shiftedPolarFactor(
  products: MatrixProducts,
  X: Matrix,
  Y: Matrix,
  weight: number,
): Promise<Matrix> {
  const factorOf = async (A: Matrix, B: Matrix) =>
    polarFactor(products, plusDiagonal(await products.multiply(A, B, { transA: true }), weight))
  if (3 * X.rows >= X.cols) return factorOf(X, Y)
  const Q = await spanOf(products, X, Y)
  const turned = await factorOf(await products.multiply(X, Q), await products.multiply(Y, Q))
  const change = await products.multiply(Q, plusDiagonal(turned, -1))
  return plusDiagonal(await products.multiply(change, Q, { transB: true }), 1)
}

/** Q `[d, 2n]`. Differences at length 1 span the same as Y does beside X, and stay apart from X where Y is near to it. */
function spanOf(products: MatrixProducts, X: Matrix, Y: Matrix): Promise<Matrix> {
  const steps = normaliseRows({ ...Y, data: Y.data.map((value, i) => value - X.data[i]) })
  const rows = matrix(2 * X.rows, X.cols)
  rows.data.set(X.data)
  rows.data.set(steps.data, X.data.length)
  return orthonormalBasis(products, transpose(rows))
}

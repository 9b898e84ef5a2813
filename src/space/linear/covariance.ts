// The covariance of the columns of a matrix whose rows are all at hand.

import { columnMeans, type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from './matrix-products.ts'

/** (X − 1·μ)ᵀ(X − 1·μ)/n, `[d, d]`. */
export async function covarianceOf(
  products: MatrixProducts,
  X: Matrix,
  means = columnMeans(X),
): Promise<Matrix> {
  const centred = matrix(
    X.rows,
    X.cols,
    X.data.map((value, i) => value - means[i % X.cols]),
  )
  const sum = await products.multiply(centred, centred, { transA: true })
  return { ...sum, data: sum.data.map((value) => value / Math.max(1, X.rows)) }
}

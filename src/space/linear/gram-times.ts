// A Gram or covariance matrix by what it does to a block of vectors, without forming it: two products a chunk of rows.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from './matrix-products.ts'

/** Σ Xᵀ(X·block)/count over chunks X of rows, `[size, l] → [size, l]`. `count`: 1 for a Gram matrix. */
export async function gramTimes(
  products: MatrixProducts,
  chunks: Iterable<Matrix> | AsyncIterable<Matrix>,
  block: Matrix,
  count = 1,
): Promise<Matrix> {
  const sum = matrix(block.rows, block.cols)
  for await (const X of chunks) {
    const part = await products.multiply(X, await products.multiply(X, block), { transA: true })
    for (let i = 0; i < sum.data.length; i++) sum.data[i] += part.data[i] / count
  }
  return sum
}

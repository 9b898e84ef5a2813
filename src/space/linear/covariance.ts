// The covariance of the columns of a matrix whose rows are all at hand, a block of rows at a time: beside the rows it
// holds one block of them.

import { columnMeans, type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from './matrix-products.ts'

/** Few enough for a block to stay in the processor's cache, many enough that its product is worth a call. */
const blockRows = 2048

/** (X − 1·μ)ᵀ(X − 1·μ)/n, `[d, d]`. */
export async function covarianceOf(
  products: MatrixProducts,
  X: Matrix,
  means = columnMeans(X),
): Promise<Matrix> {
  const covariance = matrix(X.cols, X.cols)
  const share = 1 / Math.max(1, X.rows)
  const block = matrix(Math.min(blockRows, X.rows), X.cols)
  for (let from = 0; from < X.rows; from += blockRows) {
    const rows = Math.min(blockRows, X.rows - from)
    const data = block.data.subarray(0, rows * X.cols)
    centreInto(data, X.data.subarray(from * X.cols, (from + rows) * X.cols), means)
    const centred = matrix(rows, X.cols, data)
    const part = await products.multiply(centred, centred, { transA: true })
    addScaled(covariance.data, part.data, share)
  }
  return covariance
}

function addScaled(sum: Float32Array, part: Float32Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += factor * part[i]
}

function centreInto(out: Float32Array, rows: Float32Array, means: Float32Array): void {
  const d = means.length
  for (let at = 0; at < rows.length; at += d) {
    for (let i = 0; i < d; i++) out[at + i] = rows[at + i] - means[i]
  }
}

// An orthonormal basis of the columns of a tall matrix, by shifted CholeskyQR (Fukaya et al. 2020): two or three
// products of the tall matrix in ONNX Runtime and a Cholesky factor of a small one, instead of a Householder QR
// that no runtime has. A column that depends on the others becomes noise of unit length, which does no harm to a
// subspace iteration.

import { meanDiagonal, safeInverseCholesky } from '../../math/cholesky.ts'
import type { Matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from './matrix-products.ts'

/** Shift of each round, as a share of the mean squared length of a column. */
const relativeShifts = [1e-7, 1e-9]

/**
 * Q `[n, l]` with QᵀQ = I (to float32) and the span of Y `[n, l]`, n ≥ l. With one round instead of two it is only
 * nearly orthonormal, which is enough between two steps of a subspace iteration.
 */
export async function orthonormalBasis(products: MatrixProducts, Y: Matrix, rounds = 2): Promise<Matrix> {
  let Q = Y
  for (const share of relativeShifts.slice(0, rounds)) {
    const gram = await products.multiply(Q, Q, { transA: true })
    Q = await products.multiply(Q, safeInverseCholesky(gram, share * meanDiagonal(gram) || 1))
  }
  return Q
}

// An orthonormal basis of the columns of a tall matrix, by shifted CholeskyQR (Fukaya et al. 2020): two or three
// products of the tall matrix in ONNX Runtime and a Cholesky factor of a small one, instead of a Householder QR
// that no runtime has. A column that depends on the others becomes noise of unit length, which does no harm to a
// subspace iteration.

import { CholeskyDecomposition, Matrix as MlMatrix } from 'ml-matrix'
import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from './matrix-products.ts'

const rounds = 3

/** Q `[n, l]` with QᵀQ = I (to float32) and the span of Y `[n, l]`, n ≥ l. */
export async function orthonormalBasis(products: MatrixProducts, Y: Matrix): Promise<Matrix> {
  let Q = Y
  for (let round = 0; round < rounds; round++) {
    const gram = await products.multiply(Q, Q, { transA: true })
    Q = await products.multiply(Q, inverseCholesky(gram, round === 0 ? 1e-6 : 1e-9))
  }
  return Q
}

/** R⁻¹ for the upper Cholesky factor R of G + shift·trace(G)/l·I. */
function inverseCholesky({ rows: l, data }: Matrix, relativeShift: number): Matrix {
  let trace = 0
  for (let i = 0; i < l; i++) trace += data[i * l + i]
  for (let shift = (relativeShift * trace) / l || 1; ; shift *= 100) {
    const G = new MlMatrix(l, l)
    for (let i = 0; i < l; i++) {
      for (let j = 0; j < l; j++) G.set(i, j, (data[i * l + j] + data[j * l + i]) / 2 + (i === j ? shift : 0))
    }
    const cholesky = new CholeskyDecomposition(G)
    if (cholesky.isPositiveDefinite()) return inverseTransposed(cholesky.lowerTriangularMatrix)
  }
}

/** (L⁻¹)ᵀ by forward substitution. */
function inverseTransposed(L: MlMatrix): Matrix {
  const l = L.rows
  const inverse = matrix(l, l)
  const column = new Float64Array(l)
  for (let j = 0; j < l; j++) {
    for (let i = j; i < l; i++) {
      let sum = i === j ? 1 : 0
      for (let k = j; k < i; k++) sum -= L.get(i, k) * column[k]
      column[i] = sum / L.get(i, i)
      inverse.data[j * l + i] = column[i]
    }
  }
  return inverse
}

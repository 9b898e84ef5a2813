// An orthonormal basis of the columns of a tall matrix, by shifted CholeskyQR (Fukaya et al. 2020): two or three
// products of the tall matrix in ONNX Runtime and a Cholesky factor of a small one, instead of a Householder QR
// that no runtime has. A column that depends on the others becomes noise of unit length, which does no harm to a
// subspace iteration.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from './matrix-products.ts'

const rounds = 2

/** Q `[n, l]` with QᵀQ = I (to float32) and the span of Y `[n, l]`, n ≥ l. */
export async function orthonormalBasis(products: MatrixProducts, Y: Matrix): Promise<Matrix> {
  let Q = Y
  for (let round = 0; round < rounds; round++) {
    const gram = await products.multiply(Q, Q, { transA: true })
    Q = await products.multiply(Q, inverseCholesky(gram, round === 0 ? 1e-7 : 1e-9))
  }
  return Q
}

/** R⁻¹ for the upper Cholesky factor R of G + shift·trace(G)/l·I; the shift grows until there is a factor. */
function inverseCholesky({ rows: l, data }: Matrix, relativeShift: number): Matrix {
  let trace = 0
  for (let i = 0; i < l; i++) trace += data[i * l + i]
  for (let shift = (relativeShift * trace) / l || 1; ; shift *= 100) {
    const L = choleskyFactor(data, l, shift)
    if (L) return inverseTransposed(L, l)
  }
}

/** Lower L `[l, l]` with L·Lᵀ = G + shift·I, row by row; undefined where that is not positive definite. */
function choleskyFactor(G: Float32Array, l: number, shift: number): Float64Array | undefined {
  const L = new Float64Array(l * l)
  for (let i = 0; i < l; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (G[i * l + j] + G[j * l + i]) / 2 + (i === j ? shift : 0)
      for (let k = 0; k < j; k++) sum -= L[i * l + k] * L[j * l + k]
      if (i !== j) L[i * l + j] = sum / L[j * l + j]
      else if (sum > 0) L[i * l + i] = Math.sqrt(sum)
      else return undefined
    }
  }
  return L
}

/** (L⁻¹)ᵀ by forward substitution, a column of L⁻¹ at a time. */
function inverseTransposed(L: Float64Array, l: number): Matrix {
  const inverse = matrix(l, l)
  const column = new Float64Array(l)
  for (let j = 0; j < l; j++) {
    for (let i = j; i < l; i++) {
      let sum = i === j ? 1 : 0
      for (let k = j; k < i; k++) sum -= L[i * l + k] * column[k]
      column[i] = sum / L[i * l + i]
      inverse.data[j * l + i] = column[i]
    }
  }
  return inverse
}

// Eigenvalues and eigenvectors of a small symmetric matrix (a few hundred rows), in float64 by `ml-matrix`.

import { EigenvalueDecomposition, Matrix as MlMatrix } from 'ml-matrix'
import { type Matrix, matrix } from './matrix.ts'

export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array
  /** Column k belongs to `values[k]`; its largest entry is positive, so that the result is one and the same. */
  readonly vectors: Matrix
}

/** A = V·diag(values)·Vᵀ for a symmetric A `[n, n]`; only its mean with its transpose is seen. */
export function symmetricEigen({ rows: n, data }: Matrix): SymmetricEigen {
  const A = new MlMatrix(n, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) A.set(i, j, (data[i * n + j] + data[j * n + i]) / 2)
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(A, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
  const vectors = matrix(n, n)
  for (let k = 0; k < n; k++) {
    const column = eigenvectorMatrix.getColumn(order[k])
    const largest = column.reduce(
      (best, value) => (Math.abs(value) > Math.abs(best) + 1e-9 ? value : best),
      0,
    )
    const sign = largest < 0 ? -1 : 1
    for (let i = 0; i < n; i++) vectors.data[i * n + k] = sign * column[i]
  }
  return { values: Float64Array.from(order, (k) => realEigenvalues[k]), vectors }
}

// The leading eigenvectors of a symmetric operator that is only known by what it does to a block of vectors: a basis
// of their subspace, and the small eigenproblem within it (Halko, Martinsson & Tropp 2011, algorithms 4.4 and 5.3).
// Costs a dense eigenproblem of `rank` rows: for a few hundred.

import { type Matrix, takeCols } from '../../math/matrix.ts'
import { symmetricEigen } from '../../math/symmetric-eigen.ts'
import { leadingSubspace, type SymmetricOperator } from './leading-subspace.ts'
import type { MatrixProducts } from './matrix-products.ts'

export interface LeadingEigen {
  /** Descending, `[rank]`. */
  readonly values: Float64Array
  /** Orthonormal columns `[size, rank]`. */
  readonly vectors: Matrix
}

export interface RandomisedEigenOptions {
  /** Rows of the operator. */
  size: number
  /** How many eigenpairs, at most `size`. */
  rank: number
  /** Extra vectors carried along; default 16. */
  oversample?: number
  /** Times the operator is applied before the last time; default 3. */
  iterations?: number
  seed: number
}

export async function randomisedEigen(
  products: MatrixProducts,
  apply: SymmetricOperator,
  { size, rank, oversample = 16, iterations = 3, seed }: RandomisedEigenOptions,
): Promise<LeadingEigen> {
  const width = Math.min(size, rank + oversample)
  const Q = await leadingSubspace(products, apply, { size, width, iterations, seed })
  const compressed = await products.multiply(Q, await apply(Q), { transA: true })
  const { values, vectors } = symmetricEigen(compressed)
  return {
    values: values.subarray(0, rank),
    vectors: await products.multiply(Q, takeCols(vectors, 0, Math.min(rank, width))),
  }
}

// The leading eigenvectors of a symmetric operator that is only known by what it does to a block of vectors:
// subspace iteration from a random start (Halko, Martinsson & Tropp 2011, algorithms 4.4 and 5.3). PCA and
// generalised CCA both are this with another operator.

import { type Matrix, matrix, takeCols } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import { symmetricEigen } from '../../math/symmetric-eigen.ts'
import type { MatrixProducts } from './matrix-products.ts'
import { orthonormalBasis } from './orthonormal-basis.ts'

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

/**
 * @param apply symmetric A as `[size, l] → A·[size, l]`, no more than a few hundred columns
 */
export async function randomisedEigen(
  products: MatrixProducts,
  apply: (block: Matrix) => Promise<Matrix>,
  { size, rank, oversample = 16, iterations = 3, seed }: RandomisedEigenOptions,
): Promise<LeadingEigen> {
  const width = Math.min(size, rank + oversample)
  let Q = identityOrNormals(size, width, seed)
  // With as many vectors as rows the identity spans everything, and one application gives the exact answer.
  for (let i = 0; width < size && i < iterations; i++) Q = await orthonormalBasis(products, await apply(Q))
  const compressed = await products.multiply(Q, await apply(Q), { transA: true })
  const { values, vectors } = symmetricEigen(compressed)
  return {
    values: values.subarray(0, rank),
    vectors: await products.multiply(Q, takeCols(vectors, 0, Math.min(rank, width))),
  }
}

function identityOrNormals(size: number, width: number, seed: number): Matrix {
  if (width < size) return matrix(size, width, new Random(seed).normals(size * width))
  const identity = matrix(size, size)
  for (let i = 0; i < size; i++) identity.data[i * size + i] = 1
  return identity
}

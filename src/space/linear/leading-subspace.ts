// An orthonormal basis of the leading eigenvectors of a symmetric operator that is only known by what it does to a
// block of vectors: subspace iteration from a random start (Halko, Martinsson & Tropp 2011, algorithm 4.4). The
// basis is of the subspace, not of the eigenvectors one by one; `randomisedEigen` turns it to those.

import { type Matrix, matrix } from '../../math/matrix.ts'
import { Random } from '../../math/random.ts'
import type { MatrixProducts } from './matrix-products.ts'
import { orthonormalBasis } from './orthonormal-basis.ts'

/** Symmetric A as `[size, l] → A·[size, l]`. */
export type SymmetricOperator = (block: Matrix) => Promise<Matrix>

export interface SubspaceOptions {
  /** Rows of the operator. */
  size: number
  /** Vectors of the basis, at most `size`. */
  width: number
  /** Times the operator is applied. */
  iterations: number
  seed: number
}

/** Q `[size, width]`. With as many vectors as rows it is the identity, which spans everything. */
export async function leadingSubspace(
  products: MatrixProducts,
  apply: SymmetricOperator,
  { size, width, iterations, seed }: SubspaceOptions,
): Promise<Matrix> {
  if (width >= size) return identity(size)
  let Q = matrix(size, width, new Random(seed).normals(size * width))
  for (let i = 1; i <= iterations; i++)
    Q = await orthonormalBasis(products, await apply(Q), i < iterations ? 1 : 2)
  return Q
}

function identity(size: number): Matrix {
  const out = matrix(size, size)
  for (let i = 0; i < size; i++) out.data[i * size + i] = 1
  return out
}

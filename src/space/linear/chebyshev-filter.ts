// A polynomial of a symmetric operator that is large above 0 and small below (Zhou, Saad, Tiago & Chelikowsky 2006): a
// subspace iteration on it finds the largest eigenvalues of an operator that has as many negative ones, of equal size,
// which the operator itself would mix with them.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { SymmetricOperator } from './leading-subspace.ts'

/**
 * T_degree(1 + 2·A/bound), T the Chebyshev polynomial: at most 1 in size on eigenvalues from -bound to 0, and growing the faster
 * the higher the degree above 0.
 *
 * @param bound > 0; no eigenvalue of A is below -bound
 * @param degree times that A is applied, ≥ 1
 */
export function chebyshevFilter(apply: SymmetricOperator, bound: number, degree: number): SymmetricOperator {
  /** (1 + 2·A/bound)·X */
  const shifted = async (X: Matrix) => {
    const AX = await apply(X)
    return combined(2 / bound, AX, 1, X)
  }
  return async (block) => {
    let [before, now] = [block, await shifted(block)]
    for (let k = 2; k <= degree; k++) [before, now] = [now, combined(2, await shifted(now), -1, before)]
    return now
  }
}

/** a·X + b·Y */
function combined(a: number, { rows, cols, data: X }: Matrix, b: number, { data: Y }: Matrix): Matrix {
  const out = matrix(rows, cols)
  for (let i = 0; i < out.data.length; i++) out.data[i] = a * X[i] + b * Y[i]
  return out
}

// Ridge regression onto one sense (Hoerl & Kennard 1970): that sense keeps its own leading principal directions, and every
// other sense learns to say what it would say of the same meaning. What the target's features know of likeness is
// kept, which canonical correlation may throw away; on kernel inputs this is kernel ridge regression.
//
//   target t   e = (x − μ_t)·V, V `[d_t, dim]` the leading eigenvectors of its covariance
//   other s    e = (x − μ_s)·(C_s + ridge·λ̄_s·I)⁻¹·Cov(x_s, e_t of the same meaning)
//
// A locked target is not centred: e_t = x, and the mean of what is predicted is added to e.

import { columnMeans, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import { type MeaningMeans, meansByMeaning } from './meaning-means.ts'
import { applyMap, centredMap, Moments } from './moments.ts'
import { type AffineMap, affineHeads, forEveryTarget, type Head, type Solver } from './solver.ts'
import { canBeTarget, type Target, targetOf } from './target.ts'

/** Settings: `target`, which sense, in the order of the table; `ridge`, share of the mean variance, > 0. */
export const ridgeRegression: Solver = {
  name: 'ridge',
  settings: forEveryTarget([0.01, 0.1, 1].map((ridge) => ({ ridge }))),
  unvalidated: { target: 0, ridge: 0.1 },
  linearInvariant: true,
  async open(products, { senses, dim, seed }) {
    if (senses.length < 2) return undefined
    const moments: Moments[] = []
    for (const { inputs } of senses) moments.push(await Moments.of(products, inputs))
    const targets = new Map<number, Target & { wanted: MeaningMeans }>()
    return async ({ target, ridge }) => {
      if (!canBeTarget(senses, target)) return undefined
      const { locked } = senses[target]
      if (!targets.has(target)) {
        const found = await targetOf(products, senses[target], dim, seed)
        const { rowOf, means } = meansByMeaning(senses[target])
        const wanted = { rowOf, means: locked ? means : await applyMap(products, means, found.map) }
        targets.set(target, { ...found, wanted })
      }
      const { head, wanted } = targets.get(target)!
      const heads: Head[] = []
      for (const [s, sense] of senses.entries()) {
        if (s === target) heads.push(head)
        else heads.push(...affineHeads([await regress(products, sense, moments[s], wanted, ridge, locked)]))
      }
      return heads
    }
  },
}

/** The map of a sense's items, less their mean, to what is wanted of their meanings: x → (x − μ)·(C + ridge·λ̄·I)⁻¹·Cov(x, wanted). */
export async function regress(
  products: MatrixProducts,
  { inputs, meanings }: Pick<Sense, 'inputs' | 'meanings'>,
  moments: Moments,
  { rowOf, means }: MeaningMeans,
  ridge: number,
  addsMean = false,
): Promise<AffineMap> {
  const { mean } = moments
  const R = moments.whitening(ridge)
  const paired = [...meanings.keys()].filter((item) => rowOf.has(meanings[item]))
  const X = matrix(paired.length, inputs.cols)
  const Y = matrix(paired.length, means.cols)
  paired.forEach((item, row) => {
    for (let k = 0; k < X.cols; k++)
      X.data[row * X.cols + k] = (inputs.data[item * X.cols + k] - mean[k]) / paired.length
    const at = rowOf.get(meanings[item])! * Y.cols
    Y.data.set(means.data.subarray(at, at + Y.cols), row * Y.cols)
  })
  const cross = await products.multiply(X, Y, { transA: true })
  const whitened = await products.multiply(R, cross, { transA: true })
  const { W, b } = await centredMap(products, await products.multiply(R, whitened), mean)
  return { W, b: addsMean ? sumOf(b, columnMeans(Y)) : b }
}

function sumOf(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, k) => value + b[k])
}

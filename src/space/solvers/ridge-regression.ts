// Ridge regression onto one sense (Hoerl & Kennard 1970): that sense keeps its own leading principal directions, and every
// other sense learns to say what it would say of the same meaning. What the target's features know of likeness is
// kept, which canonical correlation may throw away; on kernel inputs this is kernel ridge regression.
//
//   target t   e = (x − μ_t)·V, V `[d_t, dim]` the leading eigenvectors of its covariance
//   other s    e = (x − μ_s)·(C_s + ridge·λ̄_s·I)⁻¹·Cov(x_s, e_t of the same meaning)

import { matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Sense } from '../train/sense.ts'
import { type MeaningMeans, meansByMeaning } from './meaning-means.ts'
import { applyMap, centredMap, Moments } from './moments.ts'
import { type AffineMap, affineHeads, forEveryTarget, type Solver } from './solver.ts'

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
    const targets = new Map<number, { map: AffineMap; wanted: MeaningMeans }>()
    return async ({ target, ridge }) => {
      if (target >= senses.length) return undefined
      if (!targets.has(target)) {
        const map = await moments[target].principalMap(products, dim, seed)
        const { rowOf, means } = meansByMeaning(senses[target])
        targets.set(target, { map, wanted: { rowOf, means: await applyMap(products, means, map) } })
      }
      const { map, wanted } = targets.get(target)!
      const maps: AffineMap[] = []
      for (const [s, sense] of senses.entries()) {
        maps.push(s === target ? map : await regress(products, sense, moments[s], wanted, ridge))
      }
      return affineHeads(maps)
    }
  },
}

async function regress(
  products: MatrixProducts,
  { inputs, meanings }: Sense,
  moments: Moments,
  { rowOf, means }: MeaningMeans,
  ridge: number,
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
  return centredMap(products, await products.multiply(R, whitened), mean)
}

// Orthogonal Procrustes (Schönemann 1966): every sense is reduced to its own leading principal directions and *turned*,
// never stretched, until it agrees with the widest sense as well as a rotation can. The oldest way of aligning two
// spaces, and the baseline that says what stretching is worth.
//
//   R = argmax tr(Rᵀ·Aᵀ·B), R·Rᵀ = I: R = U·Vᵀ where Aᵀ·B = U·Σ·Vᵀ
//
// For senses of one width that is argmin |A·R − B|, and R is orthogonal. A sense of fewer directions, as ten names are, is turned
// into as many of the widest, and none of the others is cut down to it. Rᵀ = V·Uᵀ is the polar factor of Bᵀ·A.

import type { MatrixProducts } from '../linear/matrix-products.ts'
import { polarFactor } from '../linear/polar-factor.ts'
import { type Centred, crossCovariance, shareMeanings } from './cross-covariance.ts'
import { MeaningItems } from './meaning-items.ts'
import { centredMap, Moments } from './moments.ts'
import { type AffineMap, affineHeads, type Solver } from './solver.ts'

export const procrustes: Solver = {
  name: 'procrustes',
  settings: [{}],
  unvalidated: {},
  inputs: ['linear', 'within', 'kernel'],
  async open(products, { senses, dim, seed }) {
    if (senses.length < 2) return undefined
    const widest = senses.reduce((a, b) => (b.inputs.cols > a.inputs.cols ? b : a))
    return async () => {
      const mapped: MappedItems[] = []
      for (const sense of senses) {
        const moments = await Moments.of(products, sense.inputs)
        const map = await moments.principalMap(products, dim, seed)
        mapped.push({ items: new MeaningItems(sense), centre: moments.mean, map })
      }
      const target = mapped[senses.indexOf(widest)]
      const turned: AffineMap[] = []
      for (const sense of mapped)
        turned.push(sense === target ? target.map : await turnOnto(products, sense, target))
      return affineHeads(turned)
    }
  },
}

/** Items, what is taken off them, and the map that both are part of. */
type MappedItems = Required<Centred> & { readonly map: AffineMap }

/** The map of one sense, turned until the meanings that both perceive agree; the other has as many directions or more. */
async function turnOnto(
  products: MatrixProducts,
  sense: MappedItems,
  target: MappedItems,
): Promise<AffineMap> {
  const cross = await crossCovariance(products, target, sense, shareMeanings(target.items, sense.items))
  const left = await products.multiply(target.map.W, cross, { transA: true })
  const back = await polarFactor(products, await products.multiply(left, sense.map.W))
  return centredMap(products, await products.multiply(sense.map.W, back, { transB: true }), sense.centre)
}

// Orthogonal Procrustes (Schönemann 1966): every sense is reduced to its own leading principal directions and *turned*,
// never stretched, until it agrees with the first sense as well as a rotation can. The oldest way of aligning two
// spaces, and the baseline that says what stretching is worth.
//
//   R = argmin |A·R − B|, R orthogonal: R = U·Vᵀ where M = Aᵀ·B = U·Σ·Vᵀ
//
// U·Vᵀ is the orthogonal polar factor of M.

import { type Matrix, matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { polarFactor } from '../linear/polar-factor.ts'
import { type Centred, crossCovariance, shareMeanings } from './cross-covariance.ts'
import { MeaningItems } from './meaning-items.ts'
import { Moments } from './moments.ts'
import { type AffineMap, affineHeads, type Solver } from './solver.ts'

export const procrustes: Solver = {
  name: 'procrustes',
  settings: [{}],
  unvalidated: {},
  inputs: ['linear', 'within', 'kernel'],
  async open(products, { senses, dim, seed }) {
    if (senses.length < 2) return undefined
    const rank = Math.min(dim, ...senses.map(({ inputs }) => inputs.cols))
    return async () => {
      const mapped: MappedItems[] = []
      for (const sense of senses) {
        const moments = await Moments.of(products, sense.inputs)
        const map = await moments.principalMap(products, rank, seed)
        mapped.push({ items: new MeaningItems(sense), centre: moments.mean, map })
      }
      const [first, ...others] = mapped
      const turned = [first.map]
      for (const other of others) {
        const { W, b } = other.map
        const R = await rotation(products, other, first)
        const turnedB = await products.multiply(matrix(1, b.length, b), R)
        turned.push({ W: await products.multiply(W, R), b: turnedB.data })
      }
      return affineHeads(turned)
    }
  },
}

/** Items, what is taken off them, and the map that both are part of. */
type MappedItems = Centred & { readonly map: AffineMap }

/** The rotation of one sense onto another over the meanings that both perceive. */
async function rotation(products: MatrixProducts, from: MappedItems, onto: MappedItems): Promise<Matrix> {
  const cross = await crossCovariance(products, from, onto, shareMeanings(from.items, onto.items))
  const left = await products.multiply(from.map.W, cross, { transA: true })
  return polarFactor(products, await products.multiply(left, onto.map.W))
}

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
import type { Sense } from '../train/sense.ts'
import { type Centred, crossCovariance } from './cross-covariance.ts'
import { MeaningItems } from './meaning-items.ts'
import { Moments } from './moments.ts'
import { type AffineMap, affineHeads, type Solver } from './solver.ts'

export const procrustes: Solver = {
  name: 'procrustes',
  settings: [{}],
  unvalidated: {},
  async open(products, { senses, dim, seed }) {
    if (senses.length < 2) return undefined
    const rank = Math.min(dim, ...senses.map(({ inputs }) => inputs.cols))
    return async () => {
      const maps: AffineMap[] = []
      for (const { inputs } of senses)
        maps.push(await (await Moments.of(products, inputs)).principalMap(products, rank, seed))
      const [first, ...others] = maps
      const turned = [first]
      for (const [k, map] of others.entries()) {
        const R = await rotation(products, [senses[k + 1], map], [senses[0], first])
        const { data: b } = await products.multiply(matrix(1, map.b.length, map.b), R)
        turned.push({ W: await products.multiply(map.W, R), b })
      }
      return affineHeads(turned)
    }
  },
}

type MappedSense = readonly [Sense, AffineMap]

/** The rotation of one sense onto another over the meanings that both perceive. */
async function rotation(
  products: MatrixProducts,
  [a, { W: Wa }]: MappedSense,
  [b, { W: Wb }]: MappedSense,
): Promise<Matrix> {
  const [from, onto] = await Promise.all([a, b].map((sense) => centred(products, sense)))
  const cross = await crossCovariance(products, from, onto)
  const M = await products.multiply(await products.multiply(Wa, cross, { transA: true }), Wb)
  return polarFactor(products, M)
}

async function centred(products: MatrixProducts, sense: Sense): Promise<Centred> {
  return { items: new MeaningItems(sense), centre: (await Moments.of(products, sense.inputs)).mean }
}

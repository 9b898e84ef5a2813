// Orthogonal Procrustes (Schönemann 1966): every sense is reduced to its own leading principal directions and *turned*,
// never stretched, until it agrees with the first sense as well as a rotation can. The oldest way of aligning two
// spaces, and the baseline that says what stretching is worth.
//
//   R = argmin |A·R − B|, R orthogonal: R = U·Vᵀ where M = Aᵀ·B = U·Σ·Vᵀ
//
// U·Vᵀ is the orthogonal polar factor of M.

import { type Matrix, matrix, takeRows } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { polarFactor } from '../linear/polar-factor.ts'
import type { Sense } from '../train/sense.ts'
import { meansByMeaning } from './meaning-means.ts'
import { applyMap, Moments } from './moments.ts'
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
async function rotation(products: MatrixProducts, from: MappedSense, onto: MappedSense): Promise<Matrix> {
  const [a, b] = [from, onto].map(([sense]) => meansByMeaning(sense))
  const shared = [...a.rowOf.keys()].filter((meaning) => b.rowOf.has(meaning))
  const rows = ({ rowOf, means }: typeof a, map: AffineMap) => {
    const order = shared.map((meaning) => rowOf.get(meaning)!)
    return applyMap(products, takeRows(means, order), map)
  }
  const M = await products.multiply(await rows(a, from[1]), await rows(b, onto[1]), { transA: true })
  return polarFactor(products, M)
}

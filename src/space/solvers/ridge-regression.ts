// Ridge regression onto one sense (Hoerl & Kennard 1970): that sense keeps its own leading principal directions, and every
// other sense learns to say what it would say of the same meaning. What the target's features know of likeness is
// kept, which canonical correlation may throw away; on kernel inputs this is kernel ridge regression.
//
//   target t   e = (x − μ_t)·V, V `[d_t, dim]` the leading eigenvectors of its covariance
//   other s    e = (x − μ_s)·(C_s + ridge·λ̄_s·I)⁻¹·Cov(x_s, e_t of the same meaning)
//
// A locked target is not centred: e_t = x, and the mean of what is predicted is added to e.

import type { Matrix } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { type Centred, crossCovariance, MeaningItems, sharedMean } from './meaning-items.ts'
import { centredMap, Moments } from './moments.ts'
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
    const items = senses.map((sense) => new MeaningItems(sense))
    const targets = new Map<number, Target>()
    const crosses = new Map<string, Matrix>()
    return async ({ target, ridge }) => {
      if (!canBeTarget(senses, target)) return undefined
      if (!targets.has(target)) targets.set(target, await targetOf(products, senses[target], dim, seed))
      const { head, map } = targets.get(target)!
      const { locked } = senses[target]
      const onto = {
        items: items[target],
        ...(!locked && { centre: moments[target].mean, directions: map.W }),
      }
      const heads: Head[] = []
      for (const s of senses.keys()) {
        if (s === target) {
          heads.push(head)
          continue
        }
        const own = { items: items[s], moments: moments[s] }
        const cross = crosses.get(`${s} ${target}`) ?? (await crossWith(products, own, onto))
        if (!cross) return undefined
        crosses.set(`${s} ${target}`, cross)
        heads.push(...affineHeads([await regress(products, own, onto, cross, ridge)]))
      }
      return heads
    }
  },
}

/** What is predicted from. */
export interface Regressed {
  readonly items: MeaningItems
  /** Of all its items. */
  readonly moments: Moments
}

/** What is predicted: the items of another sense less a centre, or with their mean where there is none. */
export interface Wanted extends Centred {
  /** `[d, dim]`: what they are multiplied by; default I. */
  readonly directions?: Matrix
}

/** Cov(x, wanted of the same meaning), `[d_x, dim]`, an item one unit of weight; undefined where nothing is paired. */
export async function crossWith(
  products: MatrixProducts,
  { items, moments }: Regressed,
  onto: Wanted,
): Promise<Matrix | undefined> {
  const cross = await crossCovariance(products, { items, centre: moments.mean }, onto, perItem)
  return cross && onto.directions ? products.multiply(cross, onto.directions) : cross
}

/** The map of items to what is wanted of their meanings: x → (x − μ)·(C + ridge·λ̄·I)⁻¹·cross. */
export async function regress(
  products: MatrixProducts,
  { items, moments }: Regressed,
  onto: Wanted,
  cross: Matrix,
  ridge: number,
): Promise<AffineMap> {
  const R = moments.whitening(ridge)
  const whitened = await products.multiply(R, cross, { transA: true })
  const { W, b } = await centredMap(products, await products.multiply(R, whitened), moments.mean)
  if (onto.centre) return { W, b }
  const mean = sharedMean(items, onto.items, perItem)
  return { W, b: b.map((value, k) => value + mean[k]) }
}

function perItem(count: number): number {
  return count
}

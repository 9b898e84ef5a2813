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
import { type Centred, crossCovariance, sharedMean } from './cross-covariance.ts'
import { MeaningItems } from './meaning-items.ts'
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
      const wanted = {
        items: items[target],
        centre: senses[target].locked ? undefined : moments[target].mean,
      }
      const heads: Head[] = []
      for (const s of senses.keys()) {
        if (s === target) {
          heads.push(head)
          continue
        }
        const key = `${s} ${target}`
        const cross =
          crosses.get(key) ??
          (await crossWith(products, { items: items[s], moments: moments[s] }, wanted, map.W))
        crosses.set(key, cross)
        const shift = senses[target].locked ? sharedMean(items[s], items[target], perItem) : undefined
        heads.push(...affineHeads([await regress(products, moments[s], cross, ridge, shift)]))
      }
      return heads
    }
  },
}

/** Σ (x − μ)ᵀ·wanted of the same meaning, an item one unit of weight, `[d_x, dim]`: zeros where nothing is paired. */
async function crossWith(
  products: MatrixProducts,
  { items, moments }: { items: MeaningItems; moments: Moments },
  wanted: Centred,
  directions: Matrix,
): Promise<Matrix> {
  const cross = await crossCovariance(products, { items, centre: moments.mean }, wanted, perItem)
  return products.multiply(cross, directions)
}

/**
 * The map of items to what is wanted of their meanings: x → (x − μ)·(C + ridge·λ̄·I)⁻¹·cross + shift.
 *
 * @param cross mean over the paired items of (x − μ)ᵀ·wanted, `[d, dim]`
 * @param shift `[dim]`, what is wanted of an item that is like all others; default 0
 */
export async function regress(
  products: MatrixProducts,
  moments: Moments,
  cross: Matrix,
  ridge: number,
  shift?: Float32Array,
): Promise<AffineMap> {
  const R = moments.whitening(ridge)
  const whitened = await products.multiply(R, cross, { transA: true })
  const { W, b } = await centredMap(products, await products.multiply(R, whitened), moments.mean)
  return { W, b: shift ? b.map((value, k) => value + shift[k]) : b }
}

function perItem(count: number): number {
  return count
}

// Regularised canonical correlation analysis of two or more senses, in closed form.
//
// Each sense is whitened with a ridge; the senses are then turned so that what they say of one meaning agrees as much
// as it can. For two senses this is regularised CCA (Vinod
// 1976; Hardoon, Szedmak & Shawe-Taylor 2004); for more it is MCCA, the sum of correlations (Kettenring 1971).
// Coordinates may be weighted by a power of their correlation (power 1 is CSA's weighting, Li et al. 2025), which
// tells retrieval how far to trust them.
//
// Leaves out: choosing ridge and power, which validation does (`fit/race.ts`). `prepareCca` does what is common to all
// choices, so that each further choice costs one small eigenproblem.

import { type Matrix, matrix, scaleCols, takeCols } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { randomisedEigen } from '../linear/randomised-eigen.ts'
import type { Sense } from '../train/sense.ts'
import { centredMap, Moments } from './moments.ts'
import { type AffineMap, affineHeads, type Solve, type Solver, type SolverProblem } from './solver.ts'

/** The training items of one sense. */
export type CcaSense = Pick<Sense, 'inputs' | 'meanings' | 'views'>

/** The canonical coordinates for one ridge. */
export interface CcaSolution {
  /** Correlation of each coordinate, descending, above 0. */
  readonly correlations: Float64Array
  /** One a sense; coordinates unweighted. */
  readonly maps: readonly AffineMap[]
}

export interface CcaProblem {
  readonly senses: readonly Moments[]
  /** Block (a, b), b ≥ a: cross-covariance `[d_a, d_b]` over pairs of equal meaning. */
  readonly covariances: readonly (readonly (Matrix | undefined)[])[]
  readonly seed: number
}

/**
 * Regularised CCA of any number of senses, or of the views of one. Settings: `ridge`, share of the mean variance, > 0;
 * `power` of the correlations that weight coordinates, ≥ 0.
 */
export const cca: Solver = {
  name: 'cca',
  settings: [0.1, 1, 3].flatMap((ridge) => [0.5, 1, 2].map((power) => ({ ridge, power }))),
  unvalidated: { ridge: 1, power: 1 },
  linearInvariant: true,
  open: openCca,
}

/** CSA (Li et al., ICLR 2025): canonical coordinates weighted by their correlations. Equals `cca` at power 1. */
export const csa: Solver = {
  ...cca,
  name: 'csa',
  settings: cca.settings.filter(({ power }) => power === 1),
}

async function openCca(products: MatrixProducts, { senses, dim, seed }: SolverProblem): Promise<Solve> {
  const problem = await prepareCca(products, senses, seed)
  let last: { ridge: number; solution: CcaSolution } | undefined
  return async ({ ridge, power }) => {
    if (last?.ridge !== ridge) last = { ridge, solution: await solveCca(products, problem, { ridge, dim }) }
    return affineHeads(weightedMaps(last.solution, power))
  }
}

/** What all choices of ridge and power share. */
export async function prepareCca(
  products: MatrixProducts,
  senses: readonly CcaSense[],
  seed: number,
): Promise<CcaProblem> {
  const moments: Moments[] = []
  const means: Map<number, MeaningMeans>[] = []
  for (const sense of senses) {
    const own = await Moments.of(products, sense.inputs)
    moments.push(own)
    means.push(meaningMeans(sense, own.mean))
  }
  const covariances = await Promise.all(
    means.map((a, i) =>
      Promise.all(means.map((b, j) => (j < i ? undefined : crossCovariance(products, a, b, i === j)))),
    ),
  )
  return { senses: moments, covariances, seed }
}

/**
 * The canonical coordinates.
 *
 * @param ridge added to each sense's variances, as a share of their mean, > 0
 * @param dim coordinates to keep, at most
 */
export async function solveCca(
  products: MatrixProducts,
  { senses, covariances, seed }: CcaProblem,
  { ridge, dim }: { ridge: number; dim: number },
): Promise<CcaSolution> {
  const whiten = senses.map((sense) => sense.whitening(ridge))
  const starts = [0]
  for (const { rows } of whiten) starts.push(starts.at(-1)! + rows)
  const A = matrix(starts.at(-1)!, starts.at(-1)!)
  for (const [i, row] of covariances.entries()) {
    for (const [j, block] of row.entries()) {
      if (!block) continue
      const left = await products.multiply(whiten[i], block, { transA: true })
      placeSymmetric(A, await products.multiply(left, whiten[j]), starts[i], starts[j])
    }
  }
  const eigen = await randomisedEigen(products, (block) => products.multiply(A, block), {
    size: A.rows,
    rank: Math.min(dim, A.rows),
    seed,
  })
  const correlations = eigen.values.map((value) => value / Math.max(1, senses.length - 1))
  const kept = Math.max(1, correlations.filter((value) => value > 1e-4).length)
  const U = scaleCols(takeCols(eigen.vectors, 0, kept), new Float64Array(kept).fill(Math.sqrt(senses.length)))
  const maps: AffineMap[] = []
  for (const [i, { mean }] of senses.entries()) {
    const rows = matrix(whiten[i].rows, kept, U.data.slice(starts[i] * kept, starts[i + 1] * kept))
    maps.push(await centredMap(products, await products.multiply(whiten[i], rows), mean))
  }
  return { maps, correlations: correlations.subarray(0, kept) }
}

/** Coordinates multiplied by correlation^power, power ≥ 0: one map a sense. */
export function weightedMaps({ maps, correlations }: CcaSolution, power: number): AffineMap[] {
  const weights = correlations.map((value) => Math.max(value, 0) ** power)
  return maps.map(({ W, b }) => ({ W: scaleCols(W, weights), b: b.map((value, k) => value * weights[k]) }))
}

/** Of one view: the mean `[k]` of the items of each meaning and how many they are. */
interface MeaningMeans {
  readonly dim: number
  readonly means: Map<number, { sum: Float64Array; count: number }>
}

function meaningMeans(
  { inputs: Z, meanings, views }: CcaSense,
  centre: Float32Array,
): Map<number, MeaningMeans> {
  const byView = new Map<number, MeaningMeans>()
  for (let i = 0; i < Z.rows; i++) {
    let view = byView.get(views[i])
    if (!view) {
      view = { dim: Z.cols, means: new Map() }
      byView.set(views[i], view)
    }
    let entry = view.means.get(meanings[i])
    if (!entry) {
      entry = { sum: new Float64Array(Z.cols), count: 0 }
      view.means.set(meanings[i], entry)
    }
    entry.count++
    for (let k = 0; k < Z.cols; k++) entry.sum[k] += Z.data[i * Z.cols + k] - centre[k]
  }
  return byView
}

/** Mean over pairs of views of Σ_g w_g·mean_a(g)ᵀ·mean_b(g) / Σ_g w_g, w_g = √(count_a·count_b). */
async function crossCovariance(
  products: MatrixProducts,
  a: Map<number, MeaningMeans>,
  b: Map<number, MeaningMeans>,
  same: boolean,
): Promise<Matrix | undefined> {
  const parts: Matrix[] = []
  for (const [viewA, A] of a) {
    for (const [viewB, B] of b) {
      if (same && viewA === viewB) continue
      const shared = [...A.means.keys()].filter((meaning) => B.means.has(meaning))
      if (shared.length < 2) continue
      const weights = shared.map((g) => Math.sqrt(A.means.get(g)!.count * B.means.get(g)!.count))
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const left = stack(A, shared, (g) => weights[g] / total)
      parts.push(
        await products.multiply(
          left,
          stack(B, shared, () => 1),
          { transA: true },
        ),
      )
    }
  }
  if (parts.length === 0) return undefined
  const mean = matrix(parts[0].rows, parts[0].cols)
  for (const part of parts) {
    for (let i = 0; i < mean.data.length; i++) mean.data[i] += part.data[i] / parts.length
  }
  return mean
}

function stack(
  { dim, means }: MeaningMeans,
  order: readonly number[],
  weight: (position: number) => number,
): Matrix {
  const out = matrix(order.length, dim)
  order.forEach((meaning, row) => {
    const { sum, count } = means.get(meaning)!
    for (let k = 0; k < dim; k++) out.data[row * dim + k] = (sum[k] / count) * weight(row)
  })
  return out
}

function placeSymmetric(A: Matrix, block: Matrix, row: number, col: number): void {
  for (let i = 0; i < block.rows; i++) {
    for (let j = 0; j < block.cols; j++) {
      const value = block.data[i * block.cols + j]
      A.data[(row + i) * A.cols + col + j] = value
      A.data[(col + j) * A.cols + row + i] = value
    }
  }
}

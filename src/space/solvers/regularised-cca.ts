// Regularised canonical correlation analysis of two or more senses, in closed form.
//
// Each sense is reduced to its leading principal directions and whitened with a ridge; the senses are then turned
// so that what they say of one meaning agrees as much as it can. For two senses this is regularised CCA (Vinod
// 1976; Hardoon, Szedmak & Shawe-Taylor 2004); for more it is MCCA, the sum of correlations (Kettenring 1971).
// Coordinates may be weighted by a power of their correlation (power 1 is CSA's weighting, Li et al. 2025), which
// tells retrieval how far to trust them.
//
// Leaves out: choosing ridge and power, which validation does (fit.ts). `prepareCca` does what is common to all
// choices, so that each further choice costs one small eigenproblem.

import { columnMeans, type Matrix, matrix, scaleCols, scaleRows, takeCols } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { randomisedEigen } from '../linear/randomised-eigen.ts'

/** The training items of one sense. */
export interface CcaSense {
  /** `[items, d]`. */
  readonly inputs: Matrix
  /** `[items]`: items of equal number, here and in the other senses, mean the same. */
  readonly meanings: Int32Array
  /** `[items]`: which view each item is of; views of one sense are aligned with each other, too. */
  readonly views: Int32Array
  /** True where no two columns of `inputs` correlate (principal components of these very items). */
  readonly uncorrelated?: boolean
}

/** x → x·W + b, `[n, d] → [n, dim]`. */
export interface AffineMap {
  readonly W: Matrix
  readonly b: Float32Array
}

/** The canonical coordinates for one ridge. */
export interface CcaSolution {
  /** Correlation of each coordinate, descending, above 0. */
  readonly correlations: Float64Array
  /** One a sense; coordinates unweighted. */
  readonly maps: readonly AffineMap[]
}

interface Principal {
  readonly mean: Float32Array
  /** Directions `[d, k]`; absent where they are the columns themselves. */
  readonly V?: Matrix
  /** `[k]`: variance along each direction. */
  readonly variances: Float64Array
}

export interface CcaProblem {
  readonly senses: readonly Principal[]
  /** Block (a, b): cross-covariance `[k_a, k_b]` over pairs of equal meaning, before whitening. */
  readonly covariances: readonly (readonly (Matrix | undefined)[])[]
  readonly seed: number
}

/** The most principal directions of one sense that correlate with others. */
const principalRank = 512

/** What all choices of ridge and power share. */
export async function prepareCca(
  products: MatrixProducts,
  senses: readonly CcaSense[],
  seed: number,
): Promise<CcaProblem> {
  const principals: Principal[] = []
  const means: Map<number, MeaningMeans>[] = []
  for (const sense of senses) {
    const mean = columnMeans(sense.inputs)
    const centred = centre(sense.inputs, mean)
    const principal = sense.uncorrelated
      ? columnVariances(centred)
      : await principalDirections(products, centred, seed)
    principals.push({ mean, ...principal })
    means.push(meaningMeans(principal.V ? await products.multiply(centred, principal.V) : centred, sense))
  }
  const covariances = await Promise.all(
    means.map((a, i) =>
      Promise.all(means.map((b, j) => (j < i ? undefined : crossCovariance(products, a, b, i === j)))),
    ),
  )
  return { senses: principals, covariances, seed }
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
  const whiten = senses.map(({ variances }) => {
    const mean = variances.reduce((sum, value) => sum + value, 0) / variances.length
    return variances.map((value) => 1 / Math.sqrt(value + ridge * mean))
  })
  const starts = [0]
  for (const { variances } of senses) starts.push(starts.at(-1)! + variances.length)
  const A = matrix(starts.at(-1)!, starts.at(-1)!)
  covariances.forEach((row, i) => {
    row.forEach((block, j) => {
      if (block) placeSymmetric(A, scaleRows(scaleCols(block, whiten[j]), whiten[i]), starts[i], starts[j])
    })
  })
  const eigen = await randomisedEigen(products, (block) => products.multiply(A, block), {
    size: A.rows,
    rank: Math.min(dim, A.rows),
    seed,
  })
  const correlations = eigen.values.map((value) => value / Math.max(1, senses.length - 1))
  const kept = Math.max(1, correlations.filter((value) => value > 1e-4).length)
  const U = scaleCols(takeCols(eigen.vectors, 0, kept), new Float64Array(kept).fill(Math.sqrt(senses.length)))
  const maps: AffineMap[] = []
  for (const [i, { V, mean }] of senses.entries()) {
    const rows = matrix(whiten[i].length, kept, U.data.slice(starts[i] * kept, starts[i + 1] * kept))
    const scaled = scaleRows(rows, whiten[i])
    const W = V ? await products.multiply(V, scaled) : scaled
    const shift = await products.multiply(matrix(1, mean.length, mean), W)
    maps.push({ W, b: shift.data.map((value) => -value) })
  }
  return { maps, correlations: correlations.subarray(0, kept) }
}

/** Coordinates multiplied by correlation^power, power ≥ 0: one map a sense. */
export function weightedMaps({ maps, correlations }: CcaSolution, power: number): AffineMap[] {
  const weights = correlations.map((value) => Math.max(value, 0) ** power)
  return maps.map(({ W, b }) => ({ W: scaleCols(W, weights), b: b.map((value, k) => value * weights[k]) }))
}

type Directions = Pick<Principal, 'V' | 'variances'>

function columnVariances({ rows, cols, data }: Matrix): Directions {
  const variances = new Float64Array(cols)
  for (let i = 0; i < data.length; i++) variances[i % cols] += data[i] ** 2 / rows
  return { variances }
}

async function principalDirections(
  products: MatrixProducts,
  centred: Matrix,
  seed: number,
): Promise<Directions> {
  const { values, vectors } = await randomisedEigen(
    products,
    async (block) => products.multiply(centred, await products.multiply(centred, block), { transA: true }),
    { size: centred.cols, rank: Math.min(principalRank, centred.cols, Math.max(1, centred.rows - 1)), seed },
  )
  const kept = Math.max(1, values.filter((value) => value > values[0] * 1e-6).length)
  return {
    V: takeCols(vectors, 0, kept),
    variances: values.slice(0, kept).map((value) => Math.max(value, 0) / centred.rows),
  }
}

function centre(X: Matrix, mean: Float32Array): Matrix {
  return matrix(
    X.rows,
    X.cols,
    X.data.map((value, i) => value - mean[i % X.cols]),
  )
}

/** Of one view: the mean `[k]` of the items of each meaning and how many they are. */
interface MeaningMeans {
  readonly dim: number
  readonly means: Map<number, { sum: Float64Array; count: number }>
}

function meaningMeans(Z: Matrix, { meanings, views }: CcaSense): Map<number, MeaningMeans> {
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
    for (let k = 0; k < Z.cols; k++) entry.sum[k] += Z.data[i * Z.cols + k]
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

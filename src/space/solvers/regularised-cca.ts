// Regularised canonical correlation analysis of two or more senses, in closed form.
//
// Each sense is whitened with a ridge; the senses are then turned so that what they say of one meaning agrees as much
// as it can. For two senses this is regularised CCA (Vinod
// 1976; Hardoon, Szedmak & Shawe-Taylor 2004); for more senses, or several views of one, it is MCCA, the sum of
// correlations (Kettenring 1971), of which two senses are a case. MAXVAR (GCCA) differs in what it sums, not in what two senses get.
// Coordinates may be weighted by a power of their correlation, which tells retrieval how far to trust them: with power
// 1/2 on either side a product of two embeddings is weighted by the correlation, as CSA does (Li et al. 2025).
//
// Leaves out: choosing ridge and power, which validation does (`fit/race.ts`). `prepareCca` does what is common to all
// choices, so that each further choice costs one small eigenproblem.

import { type Matrix, matrix, scaleCols, takeCols } from '../../math/matrix.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { randomisedEigen } from '../linear/randomised-eigen.ts'
import { itemsByView, type Sense } from '../train/sense.ts'
import { type Centred, crossCovariance, shareMeanings } from './cross-covariance.ts'
import { MeaningItems } from './meaning-items.ts'
import { centredMap, Moments } from './moments.ts'
import { type AffineMap, affineHeads, type Solve, type Solver, type SolverProblem } from './solver.ts'

/** The training items of one sense. */
export type CcaSense = Pick<Sense, 'inputs' | 'meanings' | 'views'>

/** The canonical coordinates for one ridge. */
export interface CcaSolution {
  /** Correlation of each coordinate, the mean over the pairs that a sense is in at most; descending, above 0, at most 1. */
  readonly correlations: Float64Array
  /** One a sense; coordinates unweighted. */
  readonly maps: readonly AffineMap[]
}

export interface CcaProblem {
  readonly senses: readonly Moments[]
  /** Block (a, b), b ≥ a: cross-covariance `[d_a, d_b]` over pairs of equal meaning. */
  readonly covariances: readonly (readonly (Matrix | undefined)[])[]
  /** The most coordinates that there can be: one for each meaning of each view. Few where meanings are labels. */
  readonly rank: number
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
  inputs: ['linear', 'kernel'],
  open: openCca,
}

/**
 * CSA (Li et al., ICLR 2025): similarities weighted by the correlations of their coordinates, Σ ρ·a·b. Equals `cca` at power
 * 1/2. The paper divides by the lengths before weighting; here after it, so that similarities stay cosines.
 */
export const csa: Solver = {
  ...cca,
  name: 'csa',
  settings: cca.settings.filter(({ power }) => power === 0.5),
  unvalidated: { ridge: 1, power: 0.5 },
}

async function openCca(
  products: MatrixProducts,
  { senses, dim, seed }: SolverProblem,
): Promise<Solve | undefined> {
  const problem = await prepareCca(products, senses, seed)
  if (!problem.covariances.flat().some(Boolean)) return undefined
  let last: { ridge: number; solution: CcaSolution | undefined } | undefined
  return async ({ ridge, power }) => {
    if (last?.ridge !== ridge) last = { ridge, solution: await solveCca(products, problem, { ridge, dim }) }
    return last.solution && affineHeads(weightedMaps(last.solution, power))
  }
}

/** What all choices of ridge and power share. */
export async function prepareCca(
  products: MatrixProducts,
  senses: readonly CcaSense[],
  seed: number,
): Promise<CcaProblem> {
  const moments: Moments[] = []
  for (const { inputs } of senses) moments.push(await Moments.of(products, inputs))
  const views = senses.map((sense, s) => byView(sense, moments[s].mean))
  const covariances: (Matrix | undefined)[][] = []
  for (const [i, a] of views.entries()) {
    const row: (Matrix | undefined)[] = []
    for (const [j, b] of views.entries()) row.push(j < i ? undefined : await meanOfPairs(products, a, b))
    covariances.push(row)
  }
  const rank = views.flat().reduce((sum, { items }) => sum + items.placeOf.size, 0)
  return { senses: moments, covariances, rank, seed }
}

/**
 * The canonical coordinates; undefined where the senses say nothing of each other.
 *
 * @param ridge added to each sense's variances, as a share of their mean, > 0
 * @param dim coordinates to keep, at most
 */
export async function solveCca(
  products: MatrixProducts,
  { senses, covariances, rank, seed }: CcaProblem,
  { ridge, dim }: { ridge: number; dim: number },
): Promise<CcaSolution | undefined> {
  const whiten = senses.map((sense) => sense.whitening(ridge))
  const blocks: Block[] = []
  for (const [i, row] of covariances.entries()) {
    for (const [j, covariance] of row.entries()) {
      if (!covariance) continue
      const left = await products.multiply(whiten[i], covariance, { transA: true })
      blocks.push({ i, j, whitened: await products.multiply(left, whiten[j]) })
    }
  }
  const [{ i, j, whitened }] = blocks
  const isOnePair = blocks.length === 1 && i !== j && senses.length === 2
  const turned = isOnePair
    ? await turnPair(products, whitened, Math.min(dim, rank), seed)
    : await turnAll(products, blocks, whiten, Math.min(dim, rank), seed)
  if (!turned) return undefined
  const maps: AffineMap[] = []
  for (const [s, { mean }] of senses.entries())
    maps.push(await centredMap(products, await products.multiply(whiten[s], turned.turns[s]), mean))
  return { maps, correlations: turned.correlations }
}

/** What senses i and j say of the same meanings, each whitened: `[d_i, d_j]`. */
interface Block {
  readonly i: number
  readonly j: number
  readonly whitened: Matrix
}

interface Turned {
  readonly correlations: Float64Array
  /** One a sense: whitened inputs to canonical coordinates, `[d, coordinates]`. */
  readonly turns: readonly Matrix[]
}

/** Two senses, one view each: the singular vectors of M, from the eigenvectors of M·Mᵀ. */
async function turnPair(
  products: MatrixProducts,
  M: Matrix,
  dim: number,
  seed: number,
): Promise<Turned | undefined> {
  const apply = async (block: Matrix) =>
    products.multiply(M, await products.multiply(M, block, { transA: true }))
  const { values, vectors } = await randomisedEigen(products, apply, {
    size: M.rows,
    rank: Math.min(dim, M.rows, M.cols),
    seed,
  })
  const correlations = worthKeeping(values.map((value) => Math.sqrt(Math.max(0, value))))
  if (correlations.length === 0) return undefined
  const left = takeCols(vectors, 0, correlations.length)
  const right = await products.multiply(M, left, { transA: true })
  const perCorrelation = correlations.map((value) => 1 / value)
  return { correlations, turns: [left, scaleCols(right, perCorrelation)] }
}

/** Any number of senses and views: the eigenvectors of all blocks together, a block of senses that are not paired zero. */
async function turnAll(
  products: MatrixProducts,
  blocks: readonly Block[],
  senses: readonly Matrix[],
  dim: number,
  seed: number,
): Promise<Turned | undefined> {
  const starts = [0]
  for (const { rows } of senses) starts.push(starts.at(-1)! + rows)
  const A = matrix(starts.at(-1)!, starts.at(-1)!)
  for (const { i, j, whitened } of blocks) placeSymmetric(A, whitened, starts[i], starts[j])
  const most = mostPairs(blocks, senses.length)
  const { values, vectors } = await randomisedEigen(products, (block) => products.multiply(A, block), {
    size: A.rows,
    rank: Math.min(dim, A.rows),
    negativeBound: most,
    seed,
  })
  const correlations = worthKeeping(values.map((value) => value / most))
  const kept = correlations.length
  if (kept === 0) return undefined
  const U = scaleCols(takeCols(vectors, 0, kept), new Float64Array(kept).fill(Math.sqrt(senses.length)))
  const turns = senses.map(({ rows }, s) =>
    matrix(rows, kept, U.data.slice(starts[s] * kept, starts[s + 1] * kept)),
  )
  return { correlations, turns }
}

/** Those that are more than the rounding of a float32 product. */
function worthKeeping(correlations: Float64Array): Float64Array {
  return correlations.subarray(0, correlations.filter((value) => value > 1e-3).length)
}

/** Coordinates multiplied by correlation^power, power ≥ 0: one map a sense. */
export function weightedMaps({ maps, correlations }: CcaSolution, power: number): AffineMap[] {
  const weights = correlations.map((value) => Math.max(value, 0) ** power)
  return maps.map(({ W, b }) => ({ W: scaleCols(W, weights), b: b.map((value, k) => value * weights[k]) }))
}

/** The items of one sense, view by view. */
function byView(sense: CcaSense, centre: Float32Array): Centred[] {
  return itemsByView(sense.views).map(([, items]) => ({ items: new MeaningItems(sense, items), centre }))
}

/** Mean over the pairs of views that share two meanings or more of Σ_g w_g·a_gᵀ·b_g / Σ_g w_g, w_g = √(count_a·count_b). */
async function meanOfPairs(
  products: MatrixProducts,
  a: readonly Centred[],
  b: readonly Centred[],
): Promise<Matrix | undefined> {
  const parts: Matrix[] = []
  for (const [i, left] of a.entries()) {
    for (const [j, right] of b.entries()) {
      if (a === b && i === j) continue
      const shared = shareMeanings(left.items, right.items, (own, other) => Math.sqrt(own * other))
      if (shared.own.length > 1) parts.push(await crossCovariance(products, left, right, shared))
    }
  }
  if (parts.length === 0) return undefined
  const mean = matrix(parts[0].rows, parts[0].cols)
  for (const part of parts) {
    for (let i = 0; i < mean.data.length; i++) mean.data[i] += part.data[i] / parts.length
  }
  return mean
}

/** Of the sense that is in the most blocks, in how many: no sum of correlations is larger. */
function mostPairs(blocks: readonly Block[], senses: number): number {
  const pairs = new Array<number>(senses).fill(0)
  for (const { i, j } of blocks) {
    pairs[i]++
    if (j !== i) pairs[j]++
  }
  return Math.max(...pairs)
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

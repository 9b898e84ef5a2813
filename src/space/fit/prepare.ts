// The start of every fit on given rows: narrowings fitted on them (term weights, principal components), all items
// narrowed, and the closed form's problem set up. Rows that are held out are narrowed, too, and nothing is fitted on
// them.

import type { LongCall } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { fitTermWeights, hashedProjection } from '../narrow/hashed-projection.ts'
import { type FeatureRows, type Narrowing, narrow } from '../narrow/narrowing.ts'
import { fitPca } from '../narrow/pca.ts'
import { type CcaProblem, prepareCca } from '../solvers/regularised-cca.ts'
import type { Sense } from '../train/sense.ts'
import type { ResolvedFit } from './fit-options.ts'
import { itemsOf, type SenseItems, type SenseViews } from './gather-senses.ts'

export interface Prepared {
  /** One a modality. */
  readonly narrowings: readonly Narrowing[]
  readonly fitted: readonly Sense[]
  readonly held: readonly Sense[]
  readonly problem: CcaProblem
}

export interface Fold {
  /** `[rows]`: 1 where the row takes part. */
  readonly fitted: Uint8Array
  readonly held: Uint8Array
}

/** The most items that principal components are fitted on, drawn by seed. */
const mostPcaItems = 50_000

export async function prepare(
  products: MatrixProducts,
  senses: readonly SenseViews[],
  meanings: Int32Array,
  fold: Fold,
  options: ResolvedFit,
  { signal, onProgress }: LongCall,
): Promise<Prepared> {
  const narrowings: Narrowing[] = []
  const fitted: Sense[] = []
  const held: Sense[] = []
  for (const [done, sense] of senses.entries()) {
    onProgress?.({ stage: 'narrow', done, total: senses.length, unit: 'senses' })
    const own = itemsOf(sense, (row) => fold.fitted[row] === 1)
    const other = itemsOf(sense, (row) => fold.held[row] === 1)
    const narrowing = await fitNarrowing(products, own.sources, options)
    narrowings.push(narrowing)
    for (const [list, items] of [
      [fitted, own],
      [held, other],
    ] as const) {
      list.push(await narrowSense(sense, items, narrowing, meanings, signal))
    }
  }
  onProgress?.({ stage: 'narrow', done: senses.length, total: senses.length, unit: 'senses' })
  const ccaSenses = fitted.map((sense, s) => ({ ...sense, uncorrelated: narrowings[s].uncorrelated }))
  return { narrowings, fitted, held, problem: await prepareCca(products, ccaSenses, options.seed) }
}

async function fitNarrowing(products: MatrixProducts, sources: FeatureRows[], options: ResolvedFit): Promise<Narrowing> {
  if (sources[0].features.kind === 'sparse') {
    return hashedProjection(await fitTermWeights(sources), options.hashedDim)
  }
  return fitPca(products, thin(sources, mostPcaItems), {
    rank: options.narrowDim,
    shrinkage: options.shrinkage,
    seed: options.seed,
  })
}

/** Every k-th row, so that at most `most` are left. */
function thin(sources: FeatureRows[], most: number): FeatureRows[] {
  const count = sources.reduce((sum, { order }) => sum + order.length, 0)
  const step = Math.ceil(count / most)
  if (step === 1) return sources
  return sources.map(({ features, order }) => ({
    features,
    order: Array.from(order).filter((_, i) => i % step === 0),
  }))
}

async function narrowSense(
  { modality }: SenseViews,
  items: SenseItems,
  narrowing: Narrowing,
  meanings: Int32Array,
  signal: AbortSignal | undefined,
): Promise<Sense> {
  return {
    modality,
    inputs: await narrow(narrowing, items.sources, { signal }),
    meanings: items.rows.map((row) => meanings[row]),
    views: items.views,
    contents: items.contents,
  }
}

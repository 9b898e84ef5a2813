// The narrowings of all senses of a fit. Dense features get principal components of their own. Hashed senses are
// first folded by the projection that all of them share, weighted by how telling each term is, and then get *common*
// principal components, fitted on the items of all hashed senses together: a word keeps one place whichever sense
// says it, and the towers have a few hundred inputs instead of thousands.

import type { Value } from '../../graph/graph.ts'
import { Random } from '../../math/random.ts'
import { TongganError } from '../../spec/errors.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { featuresNotFinite } from './features-not-finite.ts'
import { buildHashedProjection, fitTermWeights } from './hashed-projection.ts'
import { denseChunks, type FeatureRows, type Narrowing, runOver, selectRows } from './narrowing.ts'
import { buildPca, fitPca, type PcaOptions } from './pca.ts'

export interface NarrowingOptions extends PcaOptions {
  /** Width that hashed features are folded to; divides 8,192. */
  hashedDim: number
  /** The most inputs that hashed features are narrowed to. */
  hashedRank: number
}

/** The most items of a sense that principal components are fitted on. */
const mostPcaItems = 50_000

/**
 * @param senses the training items of each sense
 * @throws TongganError `not-finite` for features whose means or variances are not, with the view that they are of
 */
export async function fitNarrowings(
  products: MatrixProducts,
  senses: readonly (readonly FeatureRows[])[],
  options: NarrowingOptions,
): Promise<Narrowing[]> {
  const hashed = senses.filter(isHashed)
  const shared = hashed.length > 0 ? await fitHashed(products, hashed, options) : undefined
  const narrowings: Narrowing[] = []
  for (const sense of senses) {
    narrowings.push(shared && isHashed(sense) ? shared : await fitDense(products, sense, options))
  }
  return narrowings
}

function isHashed([first]: readonly FeatureRows[]): boolean {
  return first.features.kind === 'sparse'
}

async function fitDense(
  products: MatrixProducts,
  sources: readonly FeatureRows[],
  options: PcaOptions,
): Promise<Narrowing> {
  const some = thin(sources, options.seed)
  const rank = Math.min(options.rank, directions(some))
  const pca = await fitPca(products, () => denseChunks(some), { ...options, rank }).catch(naming(some))
  return {
    featureDim: pca.components.rows,
    dim: pca.components.cols,
    hashed: false,
    build: (features) => buildPca(pca, features),
  }
}

async function fitHashed(
  products: MatrixProducts,
  senses: readonly (readonly FeatureRows[])[],
  { hashedDim, hashedRank, ...options }: NarrowingOptions,
): Promise<Narrowing> {
  const weights = await fitTermWeights(senses.flat())
  const featureDim = weights.length
  const sources = senses.flatMap((sense) => thin(sense, options.seed))
  const fold = (features: Value, dim = hashedDim) => buildHashedProjection(weights, dim, features)
  const pca = await fitPca(
    products,
    () => runOver(featureDim, (features) => fold(features), sources, { engine: products.engine }),
    { ...options, rank: Math.min(hashedRank, directions(sources)) },
  ).catch(naming(sources))
  return {
    featureDim,
    dim: pca.components.cols,
    hashed: true,
    build: (features) => buildPca(pca, fold(features)),
    words: fold,
  }
}

/** In how many directions rows can differ from their mean: one less than there are that differ, at least one. */
function directions(sources: readonly FeatureRows[]): number {
  const rows = sources.reduce(
    (sum, { order, distinct = order.length }) => sum + Math.min(distinct, order.length),
    0,
  )
  return Math.max(1, rows - 1)
}

/** For `catch`: an error of numbers that are not finite says which features they are among. */
function naming(sources: readonly FeatureRows[]) {
  return async (error: unknown): Promise<never> => {
    const isNotFinite = error instanceof TongganError && error.code === 'not-finite'
    throw isNotFinite ? await featuresNotFinite(sources) : error
  }
}

/** At most `mostPcaItems` rows, drawn by the seed: every so-many-th would be of some classes only where these come by turns. */
function thin(sources: readonly FeatureRows[], seed: number): readonly FeatureRows[] {
  const count = sources.reduce((sum, { order }) => sum + order.length, 0)
  if (count <= mostPcaItems) return sources
  return selectRows(sources, new Random(seed, 7).sample(count, mostPcaItems))
}

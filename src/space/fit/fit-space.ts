// Fitting, in two phases (DESIGN D4, §4):
//   race     on train rows, judged on validation rows: inputs, closed form and its settings, then how long to train
//   refit    the chosen recipe on train and validation rows together
// Each phase is the same chain: narrow → closed form → train from it.

import type { EncodedDataset } from '../../spec/dataset.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { type FitRecord, makeSpace } from '../make-space.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import type { Head } from '../solvers/solver.ts'
import { train } from '../train/train.ts'
import { type FitCall, type FitOptions, type ResolvedFit, resolveFitOptions } from './fit-options.ts'
import { fittedGraph } from './fitted-graph.ts'
import { choosingFolds, finalFold } from './folds.ts'
import { gatherSenses, meaningsOf, requirePairs, type SenseViews } from './gather-senses.ts'
import { withVariant } from './input-variants.ts'
import { type Prepared, prepare } from './prepare.ts'
import { race } from './race.ts'
import { type Recipe, unvalidatedRecipe } from './recipe.ts'
import { affineMaps, solveHeads } from './solve-heads.ts'
import { contrastedSenses, startingParameters, trainedShape } from './starting-parameters.ts'
import { trainedHeads } from './trained-heads.ts'

/**
 * Fits a shared semantic space from features.
 *
 * @throws TongganError `not-enough-data` where nothing can be paired, `wrong-usage`, `encoder-mismatch`, `cancelled`
 * @example
 * const space = await fitSpace(features, { dim: 256, seed: 1 })
 */
export async function fitSpace(encoded: EncodedDataset, options: FitOptions = {}): Promise<OnnxSpace> {
  return fitResolved(encoded, resolveFitOptions(options), options)
}

/** The same with every choice spelled out; for experiments. */
export async function fitResolved(
  encoded: EncodedDataset,
  resolved: ResolvedFit,
  options: FitCall & Pick<FitOptions, 'engine'> = {},
): Promise<OnnxSpace> {
  const senses = gatherSenses(encoded, resolved.senses)
  const meanings = meaningsOf(encoded, resolved.positives)
  requirePairs(senses, meanings, finalFold(encoded).fitted, encoded.name)
  const products = new MatrixProducts(options.engine)
  try {
    const recipe = await chooseRecipe(products, encoded, senses, meanings, resolved, options)
    let final = await prepare(products, senses, meanings, finalFold(encoded), resolved, options)
    final = (await withVariant(products, final, recipe.inputs, resolved, options)) ?? final
    const { heads, epochs, nonFinite } = await refit(products, final, recipe, resolved, options)
    const models = final.narrowings.map((narrowing, s) => {
      const { modality, views } = senses[s]
      return {
        name: modality,
        encoder: views[0].encoder,
        featureDim: narrowing.featureDim,
        views: views.map((view) => view.name),
        model: fittedGraph(modality, narrowing, heads[s]).toModel(),
      }
    })
    return await makeSpace(heads[0].dim, models, record(encoded, resolved, { ...recipe, epochs, nonFinite }))
  } finally {
    await products.close()
  }
}

/** What it prepares is let go before the refit prepares its own: the two need not fit into memory together. */
async function chooseRecipe(
  products: MatrixProducts,
  encoded: EncodedDataset,
  senses: readonly SenseViews[],
  meanings: Int32Array,
  resolved: ResolvedFit,
  options: FitCall,
): Promise<Recipe> {
  const folds: Prepared[] = []
  for (const fold of choosingFolds(encoded, senses))
    folds.push(await prepare(products, senses, meanings, fold, resolved, options))
  return folds.length > 0 ? race(products, folds, resolved, options) : unvalidatedRecipe(resolved)
}

async function refit(
  products: MatrixProducts,
  prepared: Prepared,
  recipe: Recipe,
  options: ResolvedFit,
  { signal, onProgress, enough }: FitCall,
): Promise<Pick<Recipe, 'epochs' | 'nonFinite'> & { heads: readonly Head[] }> {
  const heads = await solveHeads(products, prepared, recipe, options)
  if (recipe.epochs === 0) return { heads, epochs: 0, nonFinite: recipe.nonFinite }
  const shape = trainedShape(options)
  const parameters = startingParameters(prepared.fitted, shape, affineMaps(heads)!, options.seed)
  // What was said in the race chose the recipe, which is fitted whole; only what is said from here on cuts it short.
  const wasEnough = enough?.aborted
  const { learned, epochs, nonFinite } = await train(
    contrastedSenses(prepared.fitted),
    parameters,
    { ...options, shape, signal, engine: products.engine },
    async (epoch, loss) => {
      onProgress?.({ stage: 'refit', done: epoch, total: recipe.epochs, unit: 'epochs', facts: { loss } })
      return epoch >= recipe.epochs || Boolean(!wasEnough && enough?.aborted)
    },
  )
  return {
    heads: epochs === 0 ? heads : trainedHeads(prepared.fitted, shape, learned),
    epochs,
    nonFinite: nonFinite ? [...recipe.nonFinite, { during: 'refit', ...nonFinite }] : recipe.nonFinite,
  }
}

/** What `space.json` says of the fit. */
function record(encoded: EncodedDataset, options: ResolvedFit, recipe: Recipe): FitRecord {
  const rows = { train: 0, val: 0, test: 0 }
  for (const { split } of encoded.rows) rows[split]++
  const { validation, ...chosen } = recipe
  return {
    splits: { source: encoded.splits, rows },
    fit: plainJson({ ...options, ...chosen }),
    evaluation: validation
      ? { measure: 'mean average precision on validation rows, before the refit', ...plainJson(validation) }
      : {},
  }
}

function plainJson(value: object): FitRecord['fit'] {
  return JSON.parse(JSON.stringify(value))
}

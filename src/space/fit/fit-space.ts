// Fitting, in two phases (DESIGN D4, §4):
//   race     on train rows, judged on validation rows: inputs, closed form and its settings, then how long to train
//   refit    the chosen recipe on train and validation rows together
// Each phase is the same chain: narrow → closed form → train from it.

import type { EncodedDataset } from '../../spec/dataset.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { type FitRecord, makeSpace } from '../make-space.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import { afterSeconds, Cutoff } from './cutoff.ts'
import { type FitCall, type FitOptions, type ResolvedFit, resolveFitOptions } from './fit-options.ts'
import { fittedGraph } from './fitted-graph.ts'
import { choosingFolds, finalFold } from './folds.ts'
import { gatherSenses, meaningsOf, requirePairs, type SenseViews } from './gather-senses.ts'
import { withVariant } from './input-variants.ts'
import { learnCalibration } from './learn-calibration.ts'
import { type Prepared, prepare } from './prepare.ts'
import { type Raced, race } from './race.ts'
import { type Recipe, unvalidatedRecipe } from './recipe.ts'
import { refit } from './refit.ts'

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
  options: Pick<FitOptions, 'signal' | 'onProgress' | 'enough' | 'engine'> = {},
): Promise<OnnxSpace> {
  const senses = gatherSenses(encoded, resolved.senses)
  const meanings = meaningsOf(encoded, resolved.positives)
  requirePairs(senses, meanings, finalFold(encoded).fitted, encoded.name)
  const products = new MatrixProducts(options.engine)
  const { maxSeconds } = resolved
  const timeUp = afterSeconds(maxSeconds)
  const choosing = new Cutoff([options.enough, afterSeconds(maxSeconds && maxSeconds / 2)])
  try {
    const choosingCall = { ...options, enough: choosing }
    const { recipe, held } = await choose(products, encoded, senses, meanings, resolved, choosingCall)
    const calibration = await learnCalibration(held, resolved.positives)
    // What a person said while it was chosen chose the recipe, which is fitted whole; what is said from here on cuts it short.
    const fitting = new Cutoff([options.enough?.aborted ? undefined : options.enough, timeUp])
    let final = await prepare(products, senses, meanings, finalFold(encoded), resolved, options)
    final = (await withVariant(products, final, recipe.inputs, resolved, options)) ?? final
    const { heads, ...outcome } = await refit(products, final, recipe, resolved, {
      ...options,
      enough: fitting,
    })
    const reproducible = !choosing.heeded && !fitting.heeded
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
    return await makeSpace(heads[0].dim, models, {
      ...record(encoded, resolved, { ...recipe, ...outcome }, reproducible),
      calibration,
    })
  } finally {
    await products.close()
  }
}

/** What it prepares is let go before the refit prepares its own: the two need not fit into memory together. */
async function choose(
  products: MatrixProducts,
  encoded: EncodedDataset,
  senses: readonly SenseViews[],
  meanings: Int32Array,
  resolved: ResolvedFit,
  options: FitCall,
): Promise<Raced> {
  const folds: Prepared[] = []
  for (const fold of choosingFolds(encoded, senses))
    folds.push(await prepare(products, senses, meanings, fold, resolved, options))
  return folds.length > 0
    ? race(products, folds, resolved, options)
    : { recipe: unvalidatedRecipe(resolved), held: new Map() }
}

/** What `space.json` says of the fit. */
function record(
  encoded: EncodedDataset,
  options: ResolvedFit,
  recipe: Recipe,
  reproducible: boolean,
): FitRecord {
  const rows = { train: 0, val: 0, test: 0 }
  for (const { split } of encoded.rows) rows[split]++
  const { validation, ...chosen } = recipe
  return {
    splits: { source: encoded.splits, rows },
    fit: plainJson({ ...options, ...chosen, reproducible }),
    evaluation: validation
      ? { measure: 'mean average precision on validation rows, before the refit', ...plainJson(validation) }
      : {},
  }
}

function plainJson(value: object): FitRecord['fit'] {
  return JSON.parse(JSON.stringify(value))
}

// Fitting, in two phases (DESIGN D4, §4):
//   choose   on train rows, judged on validation rows: the closed form's ridge and power, then how long to train
//   refit    the chosen recipe on train and validation rows together
// Each phase is the same chain: narrow → regularised CCA → train from it.

import type { EncodedDataset } from '../../spec/dataset.ts'
import type { LongCall } from '../../spec/progress.ts'
import { validationRows } from '../../spec/splits.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { type FitRecord, makeSpace } from '../make-space.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import type { TowerShape } from '../project/tower.ts'
import { type Learned, train } from '../train/train.ts'
import { chooseRecipe, closedForm } from './choose.ts'
import { type FitOptions, type ResolvedFit, resolveFitOptions } from './fit-options.ts'
import { fittedGraph } from './fitted-graph.ts'
import { gatherSenses, meaningsOf, requirePairs, type SenseViews } from './gather-senses.ts'
import { type Fold, type Prepared, prepare } from './prepare.ts'
import { type Recipe, unvalidatedRecipe } from './recipe.ts'
import {
  asLearned,
  contrastedSenses,
  linearShape,
  startingParameters,
  trainedShape,
} from './starting-parameters.ts'

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
  options: Pick<FitOptions, 'engine' | 'signal' | 'onProgress'> = {},
): Promise<OnnxSpace> {
  const senses = gatherSenses(encoded, resolved.senses)
  const meanings = meaningsOf(encoded, resolved.positives)
  requirePairs(senses, meanings, finalFold(encoded).fitted, encoded.name)
  const products = new MatrixProducts(options.engine)
  try {
    const fold = choosingFold(encoded)
    const recipe = canChoose(senses, fold)
      ? await chooseRecipe(
          products,
          await prepare(products, senses, meanings, fold, resolved, options),
          resolved,
          options,
        )
      : unvalidatedRecipe
    const final = await prepare(products, senses, meanings, finalFold(encoded), resolved, options)
    const { shape, learned } = await refit(products, final, recipe, resolved, options)
    const models = final.narrowings.map((narrowing, s) => {
      const { modality, views } = senses[s]
      return {
        name: modality,
        encoder: views[0].encoder,
        featureDim: narrowing.featureDim,
        views: views.map((view) => view.name),
        model: fittedGraph(modality, narrowing, shape, learned).toModel(),
      }
    })
    return await makeSpace(shape.dim, models, record(encoded, resolved, recipe))
  } finally {
    await products.close()
  }
}

async function refit(
  products: MatrixProducts,
  prepared: Prepared,
  recipe: Recipe,
  options: ResolvedFit,
  { signal, onProgress }: LongCall,
): Promise<{ shape: TowerShape; learned: Learned }> {
  const maps = await closedForm(products, prepared, recipe, options)
  if (recipe.epochs === 0) {
    const shape = linearShape(maps)
    return { shape, learned: asLearned(startingParameters(prepared.fitted, shape, maps, options.seed)) }
  }
  const shape = trainedShape(options)
  const parameters = startingParameters(prepared.fitted, shape, maps, options.seed)
  const learned = await train(
    contrastedSenses(prepared.fitted),
    parameters,
    { ...options, shape, signal, engine: products.engine },
    async (epoch, loss) => {
      onProgress?.({ stage: 'refit', done: epoch, total: recipe.epochs, unit: 'epochs', facts: { loss } })
      return epoch >= recipe.epochs
    },
  )
  return { shape, learned }
}

/** Whether every sense has items on both sides of the fold. */
function canChoose(senses: readonly SenseViews[], { fitted, held }: Fold): boolean {
  const has = (sense: SenseViews, rows: Uint8Array) =>
    sense.views.some((view) => view.rows.some((row) => rows[row]))
  return senses.every((sense) => has(sense, fitted) && has(sense, held))
}

function choosingFold({ rows }: EncodedDataset): Fold {
  const held = validationRows(rows)
  return { fitted: Uint8Array.from(rows, ({ split }, i) => Number(split === 'train' && !held[i])), held }
}

function finalFold({ rows }: EncodedDataset): Fold {
  return {
    fitted: Uint8Array.from(rows, ({ split }) => Number(split !== 'test')),
    held: new Uint8Array(rows.length),
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

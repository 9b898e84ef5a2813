// Fitting, in two phases (DESIGN D4, §4):
//   choose   on train rows, judged on validation rows: the closed form's ridge and power, then how long to train
//   refit    the chosen recipe on train and validation rows together
// Each phase is the same chain: narrow → regularised CCA → train from it.

import type { EncodedDataset, Split } from '../../spec/dataset.ts'
import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import { validationRows } from '../../spec/splits.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { makeSpace } from '../make-space.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import type { TowerShape } from '../project/tower.ts'
import { type Learned, train } from '../train/train.ts'
import {
  asLearned,
  chooseClosedForm,
  chooseEpochs,
  closedForm,
  linearShape,
  type Recipe,
  startingParameters,
  trainedShape,
} from './choose.ts'
import { type FitOptions, type ResolvedFit, resolveFitOptions } from './fit-options.ts'
import { fittedGraph } from './fitted-graph.ts'
import { gatherSenses, meaningsOf, requirePairs } from './gather-senses.ts'
import { type Fold, type Prepared, prepare } from './prepare.ts'

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
    const choosing = await prepare(products, senses, meanings, choosingFold(encoded), resolved, options)
    let recipe = await chooseClosedForm(products, choosing, resolved)
    throwIfAborted(options.signal, 'fit')
    if (resolved.method === 'contrastive') {
      recipe = await chooseEpochs(products, choosing, recipe, resolved, options)
    }
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
    const splits = { source: encoded.splits, rows: countRows(encoded) }
    return await makeSpace(shape.dim, models, { splits, fit: JSON.parse(JSON.stringify({ ...resolved, recipe })), evaluation: {} })
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
  const learned = await train(prepared.fitted, parameters, { ...options, shape, signal }, async (epoch, loss) => {
    onProgress?.({ stage: 'refit', done: epoch, total: recipe.epochs, unit: 'epochs', facts: { loss } })
    return epoch >= recipe.epochs
  })
  return { shape, learned }
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

function countRows({ rows }: EncodedDataset): Record<Split, number> {
  const counts = { train: 0, val: 0, test: 0 }
  for (const { split } of rows) counts[split]++
  return counts
}

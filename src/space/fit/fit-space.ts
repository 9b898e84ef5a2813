// Fitting, in two phases (DESIGN D4, §4):
//   race     on train rows, judged on validation rows: inputs, closed form and its settings, then how long to train
//   refit    the chosen recipe on train and validation rows together
// Each phase is the same chain: narrow → closed form → train from it.

import type { EncodedDataset } from '../../spec/dataset.ts'
import type { LongCall } from '../../spec/progress.ts'
import { bindingKeys, validationRows } from '../../spec/splits.ts'
import { MatrixProducts } from '../linear/matrix-products.ts'
import { type FitRecord, makeSpace } from '../make-space.ts'
import type { OnnxSpace } from '../onnx-space.ts'
import type { Head } from '../solvers/solver.ts'
import { train } from '../train/train.ts'
import { type FitOptions, type ResolvedFit, resolveFitOptions } from './fit-options.ts'
import { fittedGraph } from './fitted-graph.ts'
import { gatherSenses, meaningsOf, requirePairs, type SenseViews } from './gather-senses.ts'
import { withVariant } from './input-variants.ts'
import { type Fold, type Prepared, prepare } from './prepare.ts'
import { affineMaps, race, solveHeads } from './race.ts'
import { type Recipe, unvalidatedRecipe } from './recipe.ts'
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
  options: Pick<FitOptions, 'engine' | 'signal' | 'onProgress'> = {},
): Promise<OnnxSpace> {
  const senses = gatherSenses(encoded, resolved.senses)
  const meanings = meaningsOf(encoded, resolved.positives)
  requirePairs(senses, meanings, finalFold(encoded).fitted, encoded.name)
  const products = new MatrixProducts(options.engine)
  try {
    const folds: Prepared[] = []
    for (const fold of choosingFolds(encoded, senses))
      folds.push(await prepare(products, senses, meanings, fold, resolved, options))
    const recipe =
      folds.length > 0 ? await race(products, folds, resolved, options) : unvalidatedRecipe(resolved)
    const linear = await prepare(products, senses, meanings, finalFold(encoded), resolved, options)
    const final = (await withVariant(products, linear, recipe.inputs, resolved, options)) ?? linear
    const heads = await refit(products, final, recipe, resolved, options)
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
    return await makeSpace(heads[0].dim, models, record(encoded, resolved, recipe))
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
): Promise<readonly Head[]> {
  const heads = await solveHeads(products, prepared, recipe, options)
  if (recipe.epochs === 0) return heads
  const shape = trainedShape(options)
  const parameters = startingParameters(prepared.fitted, shape, affineMaps(heads)!, options.seed)
  const learned = await train(
    contrastedSenses(prepared.fitted),
    parameters,
    { ...options, shape, signal, engine: products.engine },
    async (epoch, loss) => {
      onProgress?.({ stage: 'refit', done: epoch, total: recipe.epochs, unit: 'epochs', facts: { loss } })
      return epoch >= recipe.epochs
    },
  )
  return trainedHeads(prepared.fitted, shape, learned)
}

/** Whether every sense has items on both sides of the fold. */
function canChoose(senses: readonly SenseViews[], { fitted, held }: Fold): boolean {
  const has = (sense: SenseViews, rows: Uint8Array) =>
    sense.views.some((view) => view.rows.some((row) => rows[row]))
  return senses.every((sense) => has(sense, fitted) && has(sense, held))
}

/**
 * The ways in which rows are held out: none where a sense would then have items on one side only. A view that only
 * validation rows show (another drawing style, say) is fitted on half of them and judged on the other half, in turn;
 * judged unseen only, no choice could be made by what it teaches.
 */
function choosingFolds({ rows, views }: EncodedDataset, senses: readonly SenseViews[]): Fold[] {
  const held = validationRows(rows)
  const fitted = Uint8Array.from(rows, ({ split }, i) => Number(split === 'train' && !held[i]))
  const shows = (side: Uint8Array) => views.map((view) => view.rows.some((row) => side[row] === 1))
  const [inFitted, inHeld] = [shows(fitted), shows(held)]
  const onlyHeld = views.some((_, v) => inHeld[v] && !inFitted[v])
  const folds = onlyHeld ? halves(rows, fitted, held) : [{ fitted, held }]
  return folds.every((fold) => canChoose(senses, fold)) ? folds : []
}

function halves(rows: EncodedDataset['rows'], fitted: Uint8Array, held: Uint8Array): Fold[] {
  const keys = bindingKeys(rows)
  const heldKeys = [...new Set(keys.filter((_, row) => held[row]))]
  const half = new Map(heldKeys.map((key, k) => [key, k % 2]))
  return [0, 1].map((side) => ({
    fitted: fitted.map((flag, row) =>
      Number(flag === 1 || (held[row] === 1 && half.get(keys[row]) !== side)),
    ),
    held: held.map((flag, row) => Number(flag === 1 && half.get(keys[row]) === side)),
  }))
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

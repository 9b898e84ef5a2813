// The choices that validation makes: the closed form's ridge and power on a small grid, then how many epochs to
// train from it. Training that never beats its start is not kept.

import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { TowerShape } from '../project/tower.ts'
import { type AffineMap, solveCca, weightedMaps } from '../solvers/regularised-cca.ts'
import { train } from '../train/train.ts'
import { Embedder } from './embedder.ts'
import type { ResolvedFit } from './fit-options.ts'
import type { Prepared } from './prepare.ts'
import { type Recipe, unvalidatedRecipe } from './recipe.ts'
import {
  asLearned,
  contrastedSenses,
  linearShape,
  startingParameters,
  trainedShape,
} from './starting-parameters.ts'
import { type ValidationScore, validationScore } from './validation-score.ts'

export async function chooseRecipe(
  products: MatrixProducts,
  prepared: Prepared,
  options: ResolvedFit,
  call: LongCall,
): Promise<Recipe> {
  const recipe = await chooseClosedForm(products, prepared, options, call)
  if (options.method === 'cca' || !recipe.validation) return recipe
  return chooseEpochs(products, prepared, recipe, options, call)
}

/** The maps of the chosen closed form. */
export async function closedForm(
  products: MatrixProducts,
  { problem }: Prepared,
  { ridge, power }: Recipe,
  { dim }: ResolvedFit,
): Promise<AffineMap[]> {
  return weightedMaps(await solveCca(products, problem, { ridge, dim }), power)
}

async function chooseClosedForm(
  products: MatrixProducts,
  prepared: Prepared,
  options: ResolvedFit,
  { signal, onProgress }: LongCall,
): Promise<Recipe> {
  const total = options.ridges.length
  let best = unvalidatedRecipe
  for (const [done, ridge] of options.ridges.entries()) {
    throwIfAborted(signal, 'fit')
    onProgress?.({ stage: 'closed form', done, total, unit: 'ridges' })
    const solution = await solveCca(products, prepared.problem, { ridge, dim: options.dim })
    for (const power of options.powers) {
      const maps = weightedMaps(solution, power)
      const parameters = startingParameters(prepared.fitted, linearShape(maps), maps, options.seed)
      const chosen = await withEmbedder(products, prepared, linearShape(maps), parameters, async (embedder) =>
        score(products, embedder, prepared, asLearned(parameters), options),
      )
      if (chosen.score > (best.validation?.chosen.score ?? Number.NEGATIVE_INFINITY)) {
        best = { ridge, power, epochs: 0, validation: { closedForm: chosen.score, chosen }, history: [] }
      }
    }
  }
  onProgress?.({ stage: 'closed form', done: total, total, unit: 'ridges' })
  return best
}

/** Trains on the fitted rows and finds the epoch that scores best on the held ones. */
async function chooseEpochs(
  products: MatrixProducts,
  prepared: Prepared,
  start: Recipe,
  options: ResolvedFit,
  { signal, onProgress }: LongCall,
): Promise<Recipe> {
  const maps = await closedForm(products, prepared, start, options)
  const shape = trainedShape(options)
  const parameters = startingParameters(prepared.fitted, shape, maps, options.seed)
  const senses = contrastedSenses(prepared.fitted)
  const { closedForm: closedFormScore } = start.validation!
  let best = start.validation!.chosen
  let epochs = 0
  const history: Recipe['history'] = []
  await withEmbedder(products, prepared, shape, parameters, (embedder) =>
    train(
      senses,
      parameters,
      { ...options, shape, signal, engine: products.engine },
      async (epoch, loss, read) => {
        const now = await score(products, embedder, prepared, await read(), options)
        history.push({ epoch, loss, score: now.score })
        if (now.score > best.score) {
          best = now
          epochs = epoch
        }
        const facts = { loss, score: now.score, best: best.score }
        onProgress?.({ stage: 'fit', done: epoch, total: options.epochs, unit: 'epochs', facts })
        return epoch - epochs >= options.patience
      },
    ),
  )
  return { ...start, epochs, validation: { closedForm: closedFormScore, chosen: best }, history }
}

async function score(
  products: MatrixProducts,
  embedder: Embedder,
  { held }: Prepared,
  learned: ReturnType<typeof asLearned>,
  { positives }: ResolvedFit,
): Promise<ValidationScore> {
  return validationScore(products, await embedder.embedAll(held, learned), positives)
}

async function withEmbedder<T>(
  products: MatrixProducts,
  { fitted }: Prepared,
  shape: TowerShape,
  parameters: ReturnType<typeof startingParameters>,
  use: (embedder: Embedder) => Promise<T>,
): Promise<T> {
  const embedder = await Embedder.open(fitted, shape, parameters, products.engine)
  try {
    return await use(embedder)
  } finally {
    await embedder.close()
  }
}

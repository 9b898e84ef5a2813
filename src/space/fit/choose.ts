// The choices that validation makes: the closed form's ridge and power on a small grid, then how many epochs to
// train from it. Training that never beats its start is not kept.

import type { LongCall } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Parameter } from '../project/parameters.ts'
import { projectionParameters, type TowerShape, trunkParameters } from '../project/tower.ts'
import { type AffineMap, solveCca, weightedMaps } from '../solvers/regularised-cca.ts'
import type { Sense } from '../train/sense.ts'
import { type Learned, train } from '../train/train.ts'
import { Embedder } from './embedder.ts'
import type { ResolvedFit } from './fit-options.ts'
import type { Prepared } from './prepare.ts'
import { validationScore } from './validation-score.ts'

/** What was chosen and what it scored; plain JSON, kept in the space. */
export interface Recipe {
  ridge: number
  power: number
  /** Epochs to train from the closed form; 0: the closed form is kept as it is. */
  epochs: number
  /** Validation scores (`validationScore`) of the closed form and of what was chosen. */
  closedFormScore: number
  score: number
  /** What training looked like, epoch after epoch. */
  history: { epoch: number; loss: number; score: number }[]
}

export async function chooseClosedForm(
  products: MatrixProducts,
  { problem, held, fitted }: Prepared,
  options: ResolvedFit,
): Promise<Recipe> {
  let best: Recipe | undefined
  for (const ridge of options.ridges) {
    const solution = await solveCca(products, problem, { ridge, dim: options.dim })
    for (const power of options.powers) {
      const maps = weightedMaps(solution, power)
      const score = await scoreClosedForm(products, { held, fitted }, maps, options)
      if (!best || score > best.score) best = { ridge, power, epochs: 0, closedFormScore: score, score, history: [] }
    }
  }
  return best!
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

async function scoreClosedForm(
  products: MatrixProducts,
  { held, fitted }: Pick<Prepared, 'held' | 'fitted'>,
  maps: AffineMap[],
  { positives }: ResolvedFit,
): Promise<number> {
  const shape = linearShape(maps)
  const parameters = startingParameters(fitted, shape, maps, 0)
  return withEmbedder(fitted, shape, parameters, async (embedder) =>
    validationScore(products, await embedder.embedAll(held, asLearned(parameters)), positives),
  )
}

/** Trains on the fitted rows and finds the epoch that scores best on the held ones. */
export async function chooseEpochs(
  products: MatrixProducts,
  prepared: Prepared,
  start: Recipe,
  options: ResolvedFit,
  call: LongCall,
): Promise<Recipe> {
  const maps = await closedForm(products, prepared, start, options)
  const shape = trainedShape(options)
  const parameters = startingParameters(prepared.fitted, shape, maps, options.seed)
  return withEmbedder(prepared.fitted, shape, parameters, async (embedder) => {
    const recipe = { ...start, history: [...start.history] }
    await train(prepared.fitted, parameters, { ...options, shape, signal: call.signal }, async (epoch, loss, read) => {
      const embedded = await embedder.embedAll(prepared.held, await read())
      const score = await validationScore(products, embedded, options.positives)
      recipe.history.push({ epoch, loss, score })
      if (score > recipe.score) Object.assign(recipe, { score, epochs: epoch })
      call.onProgress?.({
        stage: 'fit',
        done: epoch,
        total: options.epochs,
        unit: 'epochs',
        facts: { loss, score, best: recipe.score },
      })
      return epoch - recipe.epochs >= options.patience
    })
    return recipe
  })
}

/** Parameters of all senses and the trunk, as training starts from them. */
export function startingParameters(
  senses: readonly Sense[],
  shape: TowerShape,
  maps: readonly AffineMap[],
  seed: number,
): Parameter[] {
  return [
    ...senses.flatMap(({ modality }, s) => projectionParameters(modality, shape, maps[s], seed)),
    ...trunkParameters(shape, seed),
  ]
}

export function linearShape(maps: readonly AffineMap[]): TowerShape {
  return { dim: maps[0].W.cols, hidden: 0, trunk: 0 }
}

export function trainedShape({ dim, hidden, trunkHidden }: ResolvedFit): TowerShape {
  return { dim, hidden, trunk: trunkHidden }
}

export function asLearned(parameters: readonly Parameter[]): Learned {
  return Object.fromEntries(parameters.map(({ name, start }) => [name, start]))
}

async function withEmbedder<T>(
  senses: readonly Sense[],
  shape: TowerShape,
  parameters: readonly Parameter[],
  use: (embedder: Embedder) => Promise<T>,
): Promise<T> {
  const embedder = await Embedder.open(senses, shape, parameters)
  try {
    return await use(embedder)
  } finally {
    await embedder.close()
  }
}

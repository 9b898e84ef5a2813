// Training from a closed form, judged on the held rows after every epoch, over all folds: how long it pays.

import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { AffineMap } from '../solvers/solver.ts'
import type { NonFiniteStep } from '../train/non-finite.ts'
import { train, type Work } from '../train/train.ts'
import { Embedder } from './embedder.ts'
import type { FitCall, ResolvedFit } from './fit-options.ts'
import type { Prepared } from './prepare.ts'
import type { NonFinite, Recipe } from './recipe.ts'
import { affineMaps, solveHeads } from './solve-heads.ts'
import { contrastedSenses, startingParameters, trainedShape } from './starting-parameters.ts'
import { type EmbeddedSense, meanScore, type ValidationScore, validationScore } from './validation-score.ts'

export interface TrainedRace {
  /** How many folds were trained on: the first ones only, where it was cut short. */
  folds: number
  epochs: number
  history: Recipe['history']
  /** Of the best epoch; absent where none ended well. */
  score?: ValidationScore
  /** The held items of each fold, at its own best epoch. */
  embedded: readonly (readonly EmbeddedSense[])[]
  nonFinite: readonly NonFinite[]
  work: Recipe['work']
}

interface TrainedFold {
  readonly epochs: readonly { loss: number; score: ValidationScore }[]
  readonly nonFinite?: NonFiniteStep
  readonly work: Work
  /** The held items at its best epoch. */
  readonly embedded?: readonly EmbeddedSense[]
}

/**
 * Trains on each fold and finds the epoch that scores best on the held rows, over the folds on average. Cut short within the
 * first fold, that one serves alone; within another, those before it.
 */
export async function trainFrom(
  products: MatrixProducts,
  folds: readonly Prepared[],
  start: Pick<Recipe, 'solver' | 'setting'>,
  options: ResolvedFit,
  call: FitCall,
): Promise<TrainedRace> {
  const folded: TrainedFold[] = []
  for (const [fold, prepared] of folds.entries()) {
    const maps = affineMaps(await solveHeads(products, prepared, start, options))!
    const report = (epoch: number, facts: Record<string, number>) => {
      const [done, total] = [fold * options.epochs + epoch, folds.length * options.epochs]
      call.onProgress?.({ stage: 'fit', done, total, unit: 'epochs', facts })
    }
    const trained = await trainFold(products, prepared, maps, options, call, report)
    const isCutShort = Boolean(call.enough?.aborted)
    if (fold === 0 || !isCutShort) folded.push(trained)
    if (isCutShort) break
  }
  const nonFinite = folded.flatMap(({ nonFinite }) =>
    nonFinite ? [{ during: 'training' as const, ...nonFinite }] : [],
  )
  const work = folded.map(({ work }) => ({ during: 'training' as const, ...work }))
  const runs = folded.map(({ epochs }) => epochs)
  const epochs = Math.min(...runs.map((run) => run.length))
  const history = Array.from({ length: epochs }, (_, e) => ({
    epoch: e + 1,
    loss: runs.reduce((sum, run) => sum + run[e].loss / runs.length, 0),
    score: meanScore(runs.map((run) => run[e].score)).score,
  }))
  const embedded = folded.flatMap(({ embedded }) => (embedded ? [embedded] : []))
  if (epochs === 0) return { folds: folded.length, epochs, history, embedded, nonFinite, work }
  const best = history.reduce((a, b) => (b.score > a.score ? b : a))
  const score = meanScore(runs.map((run) => run[best.epoch - 1].score))
  return { folds: folded.length, epochs: best.epoch, history, score, embedded, nonFinite, work }
}

async function trainFold(
  products: MatrixProducts,
  { fitted, held }: Prepared,
  maps: readonly AffineMap[],
  options: ResolvedFit,
  { signal, enough }: FitCall,
  report: (epoch: number, facts: Record<string, number>) => void,
): Promise<TrainedFold> {
  const shape = trainedShape(options)
  const parameters = startingParameters(fitted, shape, maps, options.seed)
  const run: { loss: number; score: ValidationScore }[] = []
  let best: { epoch: number; score: number; embedded?: readonly EmbeddedSense[] } = {
    epoch: 0,
    score: Number.NEGATIVE_INFINITY,
  }
  const embedder = await Embedder.open(fitted, shape, parameters, products.engine)
  try {
    const { nonFinite, work } = await train(
      contrastedSenses(fitted),
      parameters,
      { ...options, shape, signal, engine: products.engine },
      async (epoch, loss, learned) => {
        const embedded = await embedder.embedAll(held, learned)
        const score = await validationScore(products, embedded, options.positives)
        run.push({ loss, score })
        if (score.score > best.score) best = { epoch, score: score.score, embedded }
        report(epoch, { loss, score: score.score, best: best.score })
        return epoch - best.epoch >= options.patience || Boolean(enough?.aborted)
      },
    )
    return { epochs: run, nonFinite, work, embedded: best.embedded }
  } finally {
    await embedder.close()
  }
}

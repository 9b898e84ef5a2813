// The chosen recipe on all rows that may be fitted on: its closed form, then as many epochs from it as were chosen. Where
// training is cut short (time is up, a number is not finite), what it reached is kept only if the race saw that many epochs
// do better than the closed form.

import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Head } from '../solvers/solver.ts'
import { train } from '../train/train.ts'
import type { FitCall, ResolvedFit } from './fit-options.ts'
import type { Prepared } from './prepare.ts'
import type { Recipe } from './recipe.ts'
import { affineMaps, solveHeads } from './solve-heads.ts'
import { contrastedSenses, startingParameters, trainedShape } from './starting-parameters.ts'
import { trainedHeads } from './trained-heads.ts'

/** What became of the recipe. */
export type Refitted = Pick<Recipe, 'epochs' | 'nonFinite' | 'work'> & { heads: readonly Head[] }

export async function refit(
  products: MatrixProducts,
  prepared: Prepared,
  recipe: Recipe,
  options: ResolvedFit,
  { signal, onProgress, enough }: FitCall,
): Promise<Refitted> {
  const heads = await solveHeads(products, prepared, recipe, options)
  const { nonFinite, work } = recipe
  if (recipe.epochs === 0 || enough?.aborted) return { heads, epochs: 0, nonFinite, work }
  const shape = trainedShape(options)
  const parameters = startingParameters(prepared.fitted, shape, affineMaps(heads)!, options.seed)
  const trained = await train(
    contrastedSenses(prepared.fitted),
    parameters,
    { ...options, shape, signal, engine: products.engine },
    async (epoch, loss) => {
      onProgress?.({ stage: 'refit', done: epoch, total: recipe.epochs, unit: 'epochs', facts: { loss } })
      return epoch >= recipe.epochs || Boolean(enough?.aborted)
    },
  )
  const isKept = trained.epochs > 0 && paid(recipe, trained.epochs)
  return {
    heads: isKept ? trainedHeads(prepared.fitted, shape, trained.learned) : heads,
    epochs: isKept ? trained.epochs : 0,
    nonFinite: trained.nonFinite ? [...nonFinite, { during: 'refit', ...trained.nonFinite }] : nonFinite,
    work: [...work, { during: 'refit', ...trained.work }],
  }
}

/** Whether so many epochs did better than the closed form in the race, as all of them did. */
function paid({ history, validation, epochs }: Recipe, reached: number): boolean {
  return reached === epochs || history[reached - 1].score > validation!.closedForm
}

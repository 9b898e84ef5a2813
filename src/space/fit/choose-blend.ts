// Whether the winner of the race gets another closed form beside it: methods that fail on different items do better together
// than either. It makes embeddings twice as wide, so it is kept only where it pays, as a lexical block is.
//
//   e = unit rows of [√(1 − weight)·winner | √weight·partner], both on the same inputs

import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { embedWithHeads } from './embed-with-heads.ts'
import type { FitCall, ResolvedFit } from './fit-options.ts'
import { variantsOf } from './input-variants.ts'
import { joinEmbeddings, pays } from './joined-rows.ts'
import type { Prepared } from './prepare.ts'
import { type Raced, told } from './race.ts'
import type { Blend, Recipe } from './recipe.ts'
import { solveHeads } from './solve-heads.ts'
import { type EmbeddedSense, scoreOfFolds, type ValidationScore } from './validation-score.ts'

const weights = [0.25, 0.5]

/**
 * What won the race with a partner; undefined where none pays.
 *
 * @param folds on plain inputs, as the race had them
 */
export async function chooseBlend(
  products: MatrixProducts,
  folds: readonly Prepared[],
  { recipe, embedded: own }: Raced,
  options: ResolvedFit,
  call: FitCall,
): Promise<Raced | undefined> {
  const partners = recipe.race.flatMap(({ method, inputs, setting }) =>
    method !== 'contrastive' && method !== recipe.solver && inputs === recipe.inputs
      ? [{ solver: method, setting }]
      : [],
  )
  const isLocked = folds[0].fitted.some(({ locked }) => locked)
  if (!options.mayBlend || isLocked || partners.length === 0 || call.enough?.aborted) return undefined
  const variants = (await variantsOf(products, folds, recipe.inputs, options, call))!
  const without = await scoreOfFolds(products, own, options.positives)
  const candidates: { blend: Blend; embedded: EmbeddedSense[][]; score: ValidationScore }[] = []
  const total = partners.length
  for (const [done, partner] of partners.entries()) {
    call.onProgress?.({ stage: 'blend', done, total, unit: 'candidates' })
    const others = await embedFolds(products, variants, partner, options, call)
    for (const weight of weights) {
      const embedded: EmbeddedSense[][] = []
      for (const [f, senses] of own.entries()) {
        const beside = others[f].map(({ embeddings }) => embeddings)
        embedded.push(await joinEmbeddings(products, senses, beside, weight))
      }
      const score = await scoreOfFolds(products, embedded, options.positives)
      candidates.push({ blend: { ...partner, weight }, embedded, score })
    }
  }
  call.onProgress?.({ stage: 'blend', done: total, total, unit: 'candidates' })
  const best = candidates.reduce((a, b) => (b.score.score > a.score.score ? b : a))
  if (!pays(best.score, without)) return undefined
  const { closedForm } = recipe.validation!
  return {
    recipe: {
      ...recipe,
      blend: best.blend,
      validation: { closedForm, learned: without.score, chosen: told(best.score) },
    },
    embedded: best.embedded,
  }
}

async function embedFolds(
  products: MatrixProducts,
  folds: readonly Prepared[],
  solved: Pick<Recipe, 'solver' | 'setting'>,
  options: ResolvedFit,
  { signal }: LongCall,
): Promise<EmbeddedSense[][]> {
  const embedded: EmbeddedSense[][] = []
  for (const fold of folds) {
    throwIfAborted(signal, 'fit')
    const heads = await solveHeads(products, fold, solved, options)
    embedded.push(await embedWithHeads(heads, fold.held, products.engine))
  }
  return embedded
}

// Whether an embedding gets a lexical block, and how much of it: the last choice of a fit, made on the held rows beside
// what the race has chosen. It makes embeddings several times as wide, so it is kept only where it is worth a hundredth
// of the score and more than one standard error above the learned numbers alone.

import { type Matrix, matrix } from '../../math/matrix.ts'
import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { runOver } from '../narrow/narrowing.ts'
import type { FitCall, ResolvedFit } from './fit-options.ts'
import { variantsOf } from './input-variants.ts'
import { joinFolds, pays } from './joined-rows.ts'
import { fitLexicalParts } from './lexical-block.ts'
import type { Prepared } from './prepare.ts'
import { type Raced, told } from './race.ts'
import { type EmbeddedSense, scoreOfFolds, type ValidationScore } from './validation-score.ts'

const weights = [0.3, 0.5, 0.7, 0.85]

/**
 * What won the race, with a lexical block where one pays.
 *
 * @param folds on plain inputs, as the race had them
 */
export async function chooseLexical(
  products: MatrixProducts,
  folds: readonly Prepared[],
  won: Raced,
  options: ResolvedFit,
  call: FitCall,
): Promise<Raced> {
  const { recipe, embedded: learned } = won
  const { lexicalDim: dim, positives } = options
  const { narrowings, fitted } = folds[0]
  const canHave = narrowings.some(({ hashed }) => hashed) && !fitted.some(({ locked }) => locked)
  if (dim === 0 || !canHave || call.enough?.aborted) return won
  const variants = (await variantsOf(products, folds, recipe.inputs, options, call))!
  const blocks: (readonly Matrix[])[] = []
  for (const fold of variants) {
    const own = await heldBlocks(products, fold, dim, options.seed, call)
    if (!own) return won
    blocks.push(own)
  }
  const candidates: { weight: number; embedded: EmbeddedSense[][]; score: ValidationScore }[] = []
  const total = weights.length
  for (const [done, weight] of weights.entries()) {
    call.onProgress?.({ stage: 'words', done, total, unit: 'candidates' })
    throwIfAborted(call.signal, 'fit')
    if (call.enough?.aborted) break
    const embedded = await joinFolds(products, learned, blocks, weight)
    candidates.push({ weight, embedded, score: await scoreOfFolds(products, embedded, positives) })
  }
  call.onProgress?.({ stage: 'words', done: total, total, unit: 'candidates' })
  if (candidates.length === 0) return won
  const without = await scoreOfFolds(products, learned, positives)
  const best = candidates.reduce((a, b) => (b.score.score > a.score.score ? b : a))
  if (!pays(best.score, without, dim, options.dim)) return won
  const { closedForm } = recipe.validation!
  const validation = {
    closedForm,
    learned: recipe.validation!.learned ?? without.score,
    chosen: told(best.score),
  }
  return {
    recipe: { ...recipe, lexical: { dim, weight: best.weight }, validation },
    embedded: best.embedded,
  }
}

/** The blocks of the held items of each sense, `[items, dim]`; undefined as for `fitLexicalParts`. */
async function heldBlocks(
  products: MatrixProducts,
  fold: Prepared,
  dim: number,
  seed: number,
  { signal }: LongCall,
): Promise<Matrix[] | undefined> {
  const parts = await fitLexicalParts(products, fold, dim, { seed, signal })
  if (!parts) return undefined
  const blocks: Matrix[] = []
  for (const [s, part] of parts.entries()) {
    const { featureDim, build } = fold.narrowings[s]
    const block = matrix(fold.held[s].inputs.rows, dim)
    let at = 0
    const run = { engine: products.engine, signal }
    for await (const { data } of runOver(
      featureDim,
      (features) => part.build(features, build(features)),
      fold.sources.held[s],
      run,
    )) {
      block.data.set(data, at)
      at += data.length
    }
    blocks.push(block)
  }
  return blocks
}

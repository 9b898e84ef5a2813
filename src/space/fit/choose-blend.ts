// Whether the winner of the race gets another closed form beside it: methods that fail on different items do better together
// than either. It makes embeddings wider, so it is kept only where that pays, as a lexical block is. Partners are the others of
// the race, each with its best setting, and those that never stand alone (`Solver.besideWinner`) with any.
//
//   e = unit rows of [√(1 − weight)·winner | √weight·partner], both on the same inputs

import type { Matrix } from '../../math/matrix.ts'
import { throwIfAborted } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { Setting, Solver } from '../solvers/solver.ts'
import { type SolverName, solverNames, solvers } from '../solvers/solvers.ts'
import { whatIsNotFinite } from '../train/non-finite.ts'
import { embedWithHeads } from './embed-with-heads.ts'
import type { FitCall, ResolvedFit } from './fit-options.ts'
import { variantsOf } from './input-variants.ts'
import { joinFolds, pays } from './joined-rows.ts'
import type { Prepared } from './prepare.ts'
import { type Raced, told } from './race.ts'
import type { Blend, Recipe } from './recipe.ts'
import { openSolver } from './solve-heads.ts'
import { type EmbeddedSense, scoreOfFolds, type ValidationScore } from './validation-score.ts'

/** The shares that a partner from the race may have. */
const weights = [0.25, 0.5]

/**
 * What won the race, with a partner where one pays.
 *
 * @param folds on plain inputs, as the race had them
 * @param able the closed forms that may be partners
 */
export async function chooseBlend(
  products: MatrixProducts,
  folds: readonly Prepared[],
  won: Raced,
  options: ResolvedFit,
  call: FitCall,
  able: readonly SolverName[] = solverNames,
): Promise<Raced> {
  const isLocked = folds[0].fitted.some(({ locked }) => locked)
  if (!options.mayBlend || isLocked || call.enough?.aborted) return won
  const { recipe, embedded: own } = won
  const variants = (await variantsOf(products, folds, recipe.inputs, options, call))!
  const without = await scoreOfFolds(products, own, options.positives)
  const nonFinite = [...recipe.nonFinite]
  const worthwhile: { blend: Blend; embedded: EmbeddedSense[][]; score: ValidationScore }[] = []
  const partners = partnersOf(recipe, able)
  const total = partners.length
  for (const [done, { solver, settings, weights }] of partners.entries()) {
    call.onProgress?.({ stage: 'blend', done, total, unit: 'candidates' })
    if (call.enough?.aborted) break
    for (const [setting, others] of await embedFolds(products, variants, solver, settings, options, call)) {
      for (const weight of weights) {
        const embedded = await joinFolds(products, own, others, weight)
        const score = await scoreOfFolds(products, embedded, options.positives).catch(whatIsNotFinite)
        if (typeof score === 'string') {
          nonFinite.push({
            during: 'closed form',
            cause: score,
            method: solver,
            inputs: recipe.inputs,
            setting,
          })
          break // whatever its weight
        }
        if (pays(score, without, others[0][0].cols, options.dim))
          worthwhile.push({ blend: { solver, setting, weight }, embedded, score })
      }
    }
  }
  call.onProgress?.({ stage: 'blend', done: total, total, unit: 'candidates' })
  if (worthwhile.length === 0) return { recipe: { ...recipe, nonFinite }, embedded: own }
  const best = worthwhile.reduce((a, b) => (b.score.score > a.score.score ? b : a))
  const { closedForm } = recipe.validation!
  return {
    recipe: {
      ...recipe,
      nonFinite,
      blend: best.blend,
      validation: { closedForm, learned: without.score, chosen: told(best.score) },
    },
    embedded: best.embedded,
  }
}

interface Partner {
  readonly solver: SolverName
  readonly settings: readonly Setting[]
  readonly weights: readonly number[]
}

function partnersOf(recipe: Recipe, able: readonly SolverName[]): Partner[] {
  const raced = recipe.race.flatMap(({ method, inputs, setting }): Partner[] =>
    method !== 'contrastive' && method !== recipe.solver && inputs === recipe.inputs
      ? [{ solver: method, settings: [setting], weights }]
      : [],
  )
  const others = able.flatMap((name): Partner[] => {
    const { besideWinner, settings }: Solver = solvers[name]
    return besideWinner ? [{ solver: name, settings, weights: besideWinner }] : []
  })
  return [...raced, ...others]
}

/** Embeddings of the held items, by fold and sense, for each setting that applies to all folds and that there was time for. */
async function embedFolds(
  products: MatrixProducts,
  folds: readonly Prepared[],
  solver: SolverName,
  settings: readonly Setting[],
  options: ResolvedFit,
  { signal, enough }: FitCall,
): Promise<[Setting, Matrix[][]][]> {
  const embedded = settings.map((setting): [Setting, Matrix[][]] => [setting, []])
  for (const fold of folds) {
    const solve = await openSolver(products, solvers[solver], fold, options)
    for (const [setting, each] of embedded) {
      throwIfAborted(signal, 'fit')
      const heads = enough?.aborted ? undefined : await solve?.(setting)
      if (!heads) continue
      const held = await embedWithHeads(products, heads, fold.held)
      each.push(held.map(({ embeddings }) => embeddings))
    }
  }
  return embedded.filter(([, each]) => each.length === folds.length)
}

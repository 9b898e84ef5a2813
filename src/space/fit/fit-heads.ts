// The two phases of every fit (DESIGN D4, §4), whether all its senses are new or one is locked:
//   race     on train rows, judged on validation rows (of few rows, three parts in turn): inputs, closed form and its settings,
//            then how long to train
//   refit    the chosen recipe on train and validation rows together
// Each phase is the same chain: narrow → closed form → train from it.

import type { EncodedDataset } from '../../spec/dataset.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { FitRecord, FittedModality } from '../make-space.ts'
import type { Solver } from '../solvers/solver.ts'
import { type SolverName, solverNames, solvers } from '../solvers/solvers.ts'
import { chooseBlend } from './choose-blend.ts'
import { chooseLexical } from './choose-lexical.ts'
import { afterSeconds, Cutoff } from './cutoff.ts'
import type { FitCall, FitOptions, ResolvedFit } from './fit-options.ts'
import { fittedGraph } from './fitted-graph.ts'
import { choosingFolds, finalFold } from './folds.ts'
import { itemsOf, type SenseViews } from './gather-senses.ts'
import { heldQueries } from './held-queries.ts'
import { withVariant } from './input-variants.ts'
import { joinHeads } from './joined-rows.ts'
import { learnCalibration } from './learn-calibration.ts'
import { fitLexicalParts, type WeightedPart } from './lexical-block.ts'
import { type Prepared, prepare } from './prepare.ts'
import { type Raced, race } from './race.ts'
import { type Recipe, unvalidatedRecipe } from './recipe.ts'
import { refit } from './refit.ts'
import { doesNotApply, solveHeads } from './solve-heads.ts'

export interface FittedHeads {
  readonly recipe: Recipe
  /** Whether nothing was cut short by time or by a person. */
  readonly reproducible: boolean
  /** Of the pairs that were judged. */
  readonly calibration: FitRecord['calibration']
  /** Width of the embeddings. */
  readonly dim: number
  /** The senses that are not locked. */
  readonly models: readonly FittedModality[]
}

/**
 * @param meanings number of the meaning of each row
 * @throws TongganError `not-enough-data` where the method cannot align these senses
 */
export async function fitHeads(
  products: MatrixProducts,
  encoded: EncodedDataset,
  senses: readonly SenseViews[],
  meanings: Int32Array,
  resolved: ResolvedFit,
  options: Pick<FitOptions, 'signal' | 'onProgress' | 'enough'>,
): Promise<FittedHeads> {
  const { maxSeconds } = resolved
  const able = solversOfAllRows(encoded, senses, meanings, resolved)
  const timeUp = afterSeconds(maxSeconds)
  const choosing = new Cutoff([options.enough, afterSeconds(maxSeconds && maxSeconds / 2)])
  const choosingCall = { ...options, enough: choosing }
  const { recipe, embedded } = await choose(products, encoded, senses, meanings, resolved, able, choosingCall)
  const held = await heldQueries(products, embedded, resolved.positives)
  const calibration = await learnCalibration(held, resolved.positives)
  // What a person said while it was chosen chose the recipe, which is fitted whole; what is said from here on cuts it short.
  const fitting = new Cutoff([options.enough?.aborted ? undefined : options.enough, timeUp])
  const final = await prepareFinal(products, encoded, senses, meanings, recipe, resolved, options)
  const fittingCall = { ...options, enough: fitting }
  const { heads: own, ...outcome } = await refit(products, final, recipe, resolved, fittingCall)
  const { blend } = recipe
  const partners = blend && (await solveHeads(products, final, blend, resolved))
  const heads = partners ? own.map((head, s) => joinHeads(head, partners[s], blend.weight)) : own
  const words = await fitWords(products, final, recipe, resolved, options)
  const models = senses.flatMap(({ modality, views, locked }, s) => {
    if (locked) return []
    return {
      name: modality,
      encoder: views[0].encoder,
      featureDim: final.narrowings[s].featureDim,
      views: views.map((view) => view.name),
      model: fittedGraph(modality, final.narrowings[s], heads[s], words?.[s]).toModel(),
    }
  })
  const reproducible = !choosing.heeded && !fitting.heeded
  const dim = heads[0].dim + (recipe.lexical?.dim ?? 0)
  return { recipe: { ...recipe, ...outcome }, reproducible, calibration, dim, models }
}

/** The closed forms that the refit can solve, so that no other is chosen; without any, an error before the work. */
function solversOfAllRows(
  encoded: EncodedDataset,
  senses: readonly SenseViews[],
  meanings: Int32Array,
  resolved: ResolvedFit,
): SolverName[] {
  const { fitted } = finalFold(encoded)
  const perceived = senses.map((sense) =>
    itemsOf(sense, (row) => fitted[row] === 1).rows.map((row) => meanings[row]),
  )
  const refusal = (name: SolverName) => (solvers[name] as Solver).refuses?.(perceived, resolved)
  const able = solverNames.filter((name) => !refusal(name))
  if (resolved.solvers.some((name) => able.includes(name))) return able
  throw doesNotApply(resolved).with(refusal(resolved.solvers[0])!)
}

/** What it prepares is let go before the refit prepares its own: the two need not fit into memory together. */
async function choose(
  products: MatrixProducts,
  encoded: EncodedDataset,
  senses: readonly SenseViews[],
  meanings: Int32Array,
  given: ResolvedFit,
  able: readonly SolverName[],
  options: FitCall,
): Promise<Raced> {
  const resolved = { ...given, solvers: given.solvers.filter((name) => able.includes(name)) }
  const turns = choosingFolds(encoded, senses, meanings)
  if (turns.length === 0) return { recipe: unvalidatedRecipe(resolved), embedded: [] }
  const folds: Prepared[] = []
  for (const turn of turns) folds.push(await prepare(products, senses, meanings, turn, resolved, options))
  const raced = await race(products, folds, resolved, options)
  const blended = await chooseBlend(products, folds, raced, resolved, options, able)
  return chooseLexical(products, folds, blended, resolved, options)
}

/** The inputs that were chosen, of every row; the narrowed ones that they are mapped from are let go. */
async function prepareFinal(
  products: MatrixProducts,
  encoded: EncodedDataset,
  senses: readonly SenseViews[],
  meanings: Int32Array,
  { inputs }: Recipe,
  resolved: ResolvedFit,
  options: FitCall,
): Promise<Prepared> {
  const narrowed = await prepare(products, senses, meanings, finalFold(encoded), resolved, options)
  const mapped = await withVariant(products, narrowed, inputs, resolved, options)
  if (!mapped && inputs === 'features') throw doesNotApply(resolved)
  return mapped ?? narrowed
}

/** What stands beside the learned numbers of each sense, where the recipe says so. */
async function fitWords(
  products: MatrixProducts,
  prepared: Prepared,
  { lexical }: Recipe,
  { seed }: ResolvedFit,
  { signal }: FitCall,
): Promise<WeightedPart[] | undefined> {
  if (!lexical) return undefined
  const parts = await fitLexicalParts(products, prepared, lexical.dim, { seed, signal })
  return parts!.map((part) => ({ part, weight: lexical.weight }))
}

// The race: every closed form that the method allows, on every kind of inputs and with every setting, is solved on
// the rows to fit and judged on the rows that are held out; then training starts from the best of them that it can
// start from. Of all that end within one standard error of the best, the simplest is kept (the one-standard-error rule,
// Breiman et al. 1984): what validation cannot tell apart, a larger test often can, in favour of the simpler.

import { TongganError } from '../../spec/errors.ts'
import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import { type InputKind, inputKinds } from '../solvers/input-kinds.ts'
import type { Setting, Solver } from '../solvers/solver.ts'
import { type SolverName, solvers } from '../solvers/solvers.ts'
import { whatIsNotFinite } from '../train/non-finite.ts'
import { embedWithHeads } from './embed-with-heads.ts'
import type { FitCall, ResolvedFit } from './fit-options.ts'
import { variantsOf } from './input-variants.ts'
import type { Prepared } from './prepare.ts'
import type { NonFinite, RaceEntry, Recipe } from './recipe.ts'
import { affineMaps, doesNotApply, openSolver } from './solve-heads.ts'
import { trainFrom } from './train-from.ts'
import {
  type EmbeddedSense,
  meanScore,
  scoreOfFolds,
  standardErrorsAbove,
  type ValidationScore,
  validationScore,
} from './validation-score.ts'

/** Standard errors that training has not been seen to make up: a start further behind the best is not trained from. */
const outOfReach = 3

interface Candidate {
  readonly entry: RaceEntry & { method: SolverName }
  readonly score: ValidationScore
  /** Whether training can start from it. */
  readonly affine: boolean
  /** The held items of each fold; of the best setting of a method on one kind of inputs. */
  readonly embedded?: readonly (readonly EmbeddedSense[])[]
}

/** What won, and where it places the items that it was not fitted on. */
export interface Raced {
  readonly recipe: Recipe
  /** The held items of each fold; of training at its best epoch. None where nothing was held out. */
  readonly embedded: readonly (readonly EmbeddedSense[])[]
}

/** @param folds the same rows, split in one or more ways; a candidate's score is its mean over them */
export async function race(
  products: MatrixProducts,
  folds: readonly Prepared[],
  options: ResolvedFit,
  call: FitCall,
): Promise<Raced> {
  const { entrants, startFolds, nonFinite } = await closedForms(products, folds, options, call)
  if (entrants.length === 0) throw nonFinite.length > 0 ? gaveNoNumbers(nonFinite) : doesNotApply(options)
  const chosen = simplestOfTheBest(entrants, options)
  const closedForm: Recipe = {
    turns: folds.map(({ rows }) => rows),
    inputs: chosen.entry.inputs,
    solver: chosen.entry.method,
    setting: chosen.entry.setting,
    epochs: 0,
    validation: { closedForm: chosen.score.score, chosen: told(chosen.score) },
    race: ranked(entrants),
    history: [],
    nonFinite,
    work: [],
  }
  const embedded = chosen.embedded!
  const start = bestStart(entrants)
  const isHopeless = !start || standardErrorsAbove(bestOf(entrants).score, start.score) > outOfReach
  if (!options.train || isHopeless || !startFolds || call.enough?.aborted)
    return { recipe: closedForm, embedded }
  const { inputs, setting, method } = start.entry
  const trained = await trainFrom(products, startFolds, { solver: method, setting }, options, call)
  const { score, epochs, history, work } = trained
  const contrastive = score && {
    entry: { method: 'contrastive' as const, inputs, setting, score: score.score },
  }
  const recipe: Recipe = {
    ...closedForm,
    race: ranked(contrastive ? [...entrants, contrastive] : entrants),
    history,
    nonFinite: [...nonFinite, ...trained.nonFinite],
    work,
  }
  if (!score) return { recipe, embedded }
  const untrained =
    trained.folds === folds.length
      ? chosen.score
      : await scoreOfFolds(products, embedded.slice(0, trained.folds), options.positives)
  if (!(standardErrorsAbove(score, untrained) > options.trainingMargin)) return { recipe, embedded }
  const validation = { closedForm: untrained.score, chosen: told(score) }
  return {
    recipe: { ...recipe, inputs, solver: method, setting, epochs, validation },
    embedded: trained.embedded,
  }
}

/** All closed forms, and the folds with the inputs of the best that training can start from. */
async function closedForms(
  products: MatrixProducts,
  folds: readonly Prepared[],
  options: ResolvedFit,
  call: FitCall,
): Promise<{ entrants: Candidate[]; startFolds?: readonly Prepared[]; nonFinite: NonFinite[] }> {
  const total = options.inputs.length * options.solvers.length
  const entrants: Candidate[] = []
  const nonFinite: NonFinite[] = []
  let startFolds: readonly Prepared[] | undefined
  let done = 0
  const isTime = () => entrants.length > 0 && call.enough?.aborted
  for (const inputs of options.inputs) {
    if (isTime()) break
    const variants = await variantsOf(products, folds, inputs, options, call)
    for (const method of options.solvers) {
      call.onProgress?.({ stage: 'closed form', done: done++, total, unit: 'candidates' })
      if (!variants || isTime()) continue
      const judged = await judge(products, variants, method, inputs, options, call)
      entrants.push(...judged.candidates)
      nonFinite.push(...judged.nonFinite)
    }
    if (bestStart(entrants)?.entry.inputs === inputs) startFolds = variants
  }
  call.onProgress?.({ stage: 'closed form', done: total, total, unit: 'candidates' })
  return { entrants, startFolds, nonFinite }
}

/** All settings of one solver on one kind of inputs; those that give no finite numbers are left out and told. */
async function judge(
  products: MatrixProducts,
  folds: readonly Prepared[],
  method: SolverName,
  inputs: InputKind,
  options: ResolvedFit,
  { signal }: LongCall,
): Promise<{ candidates: Candidate[]; nonFinite: NonFinite[] }> {
  const solver: Solver = solvers[method]
  if (!solver.inputs.includes(inputs)) return { candidates: [], nonFinite: [] }
  const scores = new Map<Setting, ValidationScore[]>()
  const causes = new Map<Setting, string>()
  const heldItems = new HeldItems(folds.length)
  let affine = false
  for (const fold of folds) {
    const solve = await openSolver(products, solver, fold, options)
    if (!solve) return { candidates: [], nonFinite: [] }
    for (const setting of solver.settings) {
      throwIfAborted(signal, 'fit')
      const heads = await solve(setting)
      if (!heads) continue
      affine = affineMaps(heads) !== undefined
      const embedded = await embedWithHeads(products, heads, fold.held)
      const score = await validationScore(products, embedded, options.positives).catch(whatIsNotFinite)
      if (typeof score === 'string') causes.set(setting, score)
      else {
        scores.set(setting, [...(scores.get(setting) ?? []), score])
        heldItems.keep(setting, score.score, embedded)
      }
    }
  }
  // Scores of different folds are of different queries, and are not compared.
  const sound = [...scores].filter(([setting, each]) => !causes.has(setting) && each.length === folds.length)
  const candidates: Candidate[] = sound.map(([setting, each]) => {
    const score = meanScore(each)
    return { entry: { method, inputs, setting, score: score.score }, score, affine }
  })
  const best = candidates.length > 0 ? bestOf(candidates) : undefined
  const embedded = best && heldItems.of(best.entry.setting)
  return {
    candidates: candidates.map((candidate) => (candidate === best ? { ...candidate, embedded } : candidate)),
    nonFinite: Array.from(causes, ([setting, cause]) => ({
      during: 'closed form',
      cause,
      method,
      inputs,
      setting,
    })),
  }
}

/** The embedded held items of the settings that may still be the best: on one fold only of the best so far. */
class HeldItems {
  readonly #folds: number
  readonly #items = new Map<Setting, (readonly EmbeddedSense[])[]>()
  #best = Number.NEGATIVE_INFINITY

  constructor(folds: number) {
    this.#folds = folds
  }

  keep(setting: Setting, score: number, embedded: readonly EmbeddedSense[]): void {
    if (this.#folds === 1) {
      if (!(score > this.#best)) return
      this.#best = score
      this.#items.clear()
    }
    this.#items.set(setting, [...this.of(setting), embedded])
  }

  /** One entry a fold. */
  of(setting: Setting): readonly (readonly EmbeddedSense[])[] {
    return this.#items.get(setting) ?? []
  }
}

function gaveNoNumbers([{ cause }]: readonly NonFinite[]): TongganError {
  return new TongganError('not-finite', {
    operation: 'fit',
    expected: 'a closed form that gives finite embeddings',
    received: `${cause} that are not`,
    remedy: 'look for numbers of enormous size among the features',
  })
}

/** The best of those that training can start from. */
function bestStart(candidates: readonly Candidate[]): Candidate | undefined {
  const starts = candidates.filter(({ affine }) => affine)
  return starts.length > 0 ? bestOf(starts) : undefined
}

/** The best; of equals the first. */
function bestOf(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((a, b) => (b.score.score > a.score.score ? b : a))
}

/**
 * The best setting of the simplest method and inputs of which any is within one standard error of the best: first in the
 * order of solvers, then of inputs.
 */
function simplestOfTheBest(candidates: readonly Candidate[], { solvers: names }: ResolvedFit): Candidate {
  const best = bestOf(candidates)
  const place = ({ entry }: Candidate) => names.indexOf(entry.method) * inputKinds.length + order(entry)
  const level = candidates.filter(({ score }) => standardErrorsAbove(best.score, score) <= 1)
  const first = Math.min(...level.map(place))
  return bestOf(candidates.filter((candidate) => place(candidate) === first))
}

/** What is kept of a score. */
export function told({ score, pairs }: ValidationScore): Omit<ValidationScore, 'queries'> {
  return { score, pairs }
}

/** The best of each method on each kind of inputs, best first. */
function ranked(candidates: readonly { entry: RaceEntry }[]): RaceEntry[] {
  const best = new Map<string, RaceEntry>()
  for (const { entry } of candidates) {
    const key = `${entry.method} ${entry.inputs}`
    const known = best.get(key)
    if (!known || entry.score > known.score) best.set(key, entry)
  }
  return [...best.values()].sort((a, b) => b.score - a.score || order(a) - order(b))
}

function order({ inputs }: RaceEntry): number {
  return inputKinds.indexOf(inputs)
}

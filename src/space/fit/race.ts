// The race: every closed form that the method allows, on every kind of inputs and with every setting, is solved on
// the rows to fit and judged on the rows that are held out; then training starts from the best of them that it can
// start from. Of all that end within one standard error of the best, the simplest is kept (the one-standard-error rule,
// Breiman et al. 1984): what validation cannot tell apart, a larger test often can, in favour of the simpler.

import { TongganError } from '../../spec/errors.ts'
import { type LongCall, throwIfAborted } from '../../spec/progress.ts'
import type { MatrixProducts } from '../linear/matrix-products.ts'
import type { AffineMap, Head, Setting, Solve, Solver } from '../solvers/solver.ts'
import { type SolverName, solvers } from '../solvers/solvers.ts'
import { train } from '../train/train.ts'
import { embedWithHeads } from './embed-with-heads.ts'
import { Embedder } from './embedder.ts'
import type { ResolvedFit } from './fit-options.ts'
import { type InputVariant, inputVariants, withVariant } from './input-variants.ts'
import type { Prepared } from './prepare.ts'
import type { RaceEntry, Recipe } from './recipe.ts'
import { contrastedSenses, startingParameters, trainedShape } from './starting-parameters.ts'
import { meanScore, standardErrorsAbove, type ValidationScore, validationScore } from './validation-score.ts'

/** Standard errors that training has not been seen to make up: a start further behind the best is not trained from. */
const outOfReach = 3

interface Candidate {
  readonly entry: RaceEntry & { method: SolverName }
  readonly score: ValidationScore
  /** Whether training can start from it. */
  readonly affine: boolean
}

/** @param folds the same rows, split in one or more ways; a candidate's score is its mean over them */
export async function race(
  products: MatrixProducts,
  folds: readonly Prepared[],
  options: ResolvedFit,
  call: LongCall,
): Promise<Recipe> {
  const { entrants, startFolds } = await closedForms(products, folds, options, call)
  if (entrants.length === 0) throw doesNotApply(options)
  const chosen = simplestOfTheBest(entrants, options)
  const recipe: Recipe = {
    inputs: chosen.entry.inputs,
    solver: chosen.entry.method,
    setting: chosen.entry.setting,
    epochs: 0,
    validation: { closedForm: chosen.score.score, chosen: told(chosen.score) },
    race: ranked(entrants),
    history: [],
  }
  const start = bestStart(entrants)
  if (!options.train || !start || !startFolds) return recipe
  if (standardErrorsAbove(bestOf(entrants).score, start.score) > outOfReach) return recipe
  const { epochs, history, score } = await trainFrom(products, startFolds, start.entry, options, call)
  recipe.history = history
  const { inputs, setting, method } = start.entry
  recipe.race = ranked([
    ...entrants,
    { entry: { method: 'contrastive', inputs, setting, score: score.score } },
  ])
  if (standardErrorsAbove(score, chosen.score) <= 1) return recipe
  const validation = { closedForm: chosen.score.score, chosen: told(score) }
  return { ...recipe, inputs, solver: method, setting, epochs, validation }
}

/** The heads of one closed form on all of `prepared.fitted`. */
export async function solveHeads(
  products: MatrixProducts,
  prepared: Prepared,
  { solver, setting }: Pick<Recipe, 'solver' | 'setting'>,
  options: ResolvedFit,
): Promise<readonly Head[]> {
  const solve = await openSolver(products, solvers[solver], prepared, options)
  const heads = await solve?.(setting)
  if (!heads) throw doesNotApply(options)
  return heads
}

export function affineMaps(heads: readonly Head[]): AffineMap[] | undefined {
  const maps = heads.flatMap(({ map }) => map ?? [])
  return maps.length === heads.length ? maps : undefined
}

/** All closed forms, and the folds with the inputs of the best that training can start from. */
async function closedForms(
  products: MatrixProducts,
  folds: readonly Prepared[],
  options: ResolvedFit,
  call: LongCall,
): Promise<{ entrants: Candidate[]; startFolds?: readonly Prepared[] }> {
  const total = options.inputs.length * options.solvers.length
  const entrants: Candidate[] = []
  let startFolds: readonly Prepared[] | undefined
  let done = 0
  for (const inputs of options.inputs) {
    const variants = await variantsOf(products, folds, inputs, options, call)
    for (const method of options.solvers) {
      call.onProgress?.({ stage: 'closed form', done: done++, total, unit: 'candidates' })
      if (variants) entrants.push(...(await judge(products, variants, method, inputs, options, call)))
    }
    if (bestStart(entrants)?.entry.inputs === inputs) startFolds = variants
  }
  call.onProgress?.({ stage: 'closed form', done: total, total, unit: 'candidates' })
  return { entrants, startFolds }
}

async function variantsOf(
  products: MatrixProducts,
  folds: readonly Prepared[],
  inputs: InputVariant,
  options: ResolvedFit,
  call: LongCall,
): Promise<Prepared[] | undefined> {
  const variants: Prepared[] = []
  for (const fold of folds) {
    const variant = await withVariant(products, fold, inputs, options, call)
    if (!variant) return undefined
    variants.push(variant)
  }
  return variants
}

function doesNotApply({ method }: ResolvedFit): TongganError {
  return new TongganError('not-enough-data', {
    operation: `fit: method ${method}`,
    expected: 'two senses that perceive two things or more together',
    received: 'senses that it cannot align',
    remedy: 'use `--method auto`, or fill two cells in more rows',
  })
}

/** All settings of one solver on one kind of inputs. */
async function judge(
  products: MatrixProducts,
  folds: readonly Prepared[],
  method: SolverName,
  inputs: InputVariant,
  options: ResolvedFit,
  { signal }: LongCall,
): Promise<Candidate[]> {
  const solver: Solver = solvers[method]
  if (inputs === 'within' && solver.linearInvariant) return []
  const scores = new Map<Setting, ValidationScore[]>()
  let affine = false
  for (const fold of folds) {
    const solve = await openSolver(products, solver, fold, options)
    if (!solve) return []
    for (const setting of solver.settings) {
      throwIfAborted(signal, 'fit')
      const heads = await solve(setting)
      if (!heads) continue
      affine = affineMaps(heads) !== undefined
      const embedded = await embedWithHeads(heads, fold.held, products.engine)
      const score = await validationScore(products, embedded, options.positives)
      scores.set(setting, [...(scores.get(setting) ?? []), score])
    }
  }
  return Array.from(scores, ([setting, each]) => {
    const score = meanScore(each)
    return { entry: { method, inputs, setting, score: score.score }, score, affine }
  })
}

async function openSolver(
  products: MatrixProducts,
  solver: Solver,
  { fitted }: Prepared,
  { dim, seed }: ResolvedFit,
): Promise<Solve | undefined> {
  return solver.open(products, { senses: fitted, dim, seed })
}

interface Trained {
  epochs: number
  history: Recipe['history']
  /** Of the best epoch. */
  score: ValidationScore
}

/** Trains on each fold and finds the epoch that scores best on the held rows, over the folds on average. */
async function trainFrom(
  products: MatrixProducts,
  folds: readonly Prepared[],
  { method, setting }: Candidate['entry'],
  options: ResolvedFit,
  call: LongCall,
): Promise<Trained> {
  const runs: { loss: number; score: ValidationScore }[][] = []
  for (const [fold, prepared] of folds.entries()) {
    const maps = affineMaps(await solveHeads(products, prepared, { solver: method, setting }, options))!
    const report = (epoch: number, facts: Record<string, number>) => {
      const [done, total] = [fold * options.epochs + epoch, folds.length * options.epochs]
      call.onProgress?.({ stage: 'fit', done, total, unit: 'epochs', facts })
    }
    runs.push(await trainFold(products, prepared, maps, options, call, report))
  }
  const epochs = Math.min(...runs.map((run) => run.length))
  const history = Array.from({ length: epochs }, (_, e) => ({
    epoch: e + 1,
    loss: runs.reduce((sum, run) => sum + run[e].loss / runs.length, 0),
    score: meanScore(runs.map((run) => run[e].score)).score,
  }))
  const best = history.reduce((a, b) => (b.score > a.score ? b : a))
  return { epochs: best.epoch, history, score: meanScore(runs.map((run) => run[best.epoch - 1].score)) }
}

async function trainFold(
  products: MatrixProducts,
  { fitted, held }: Prepared,
  maps: readonly AffineMap[],
  options: ResolvedFit,
  { signal }: LongCall,
  report: (epoch: number, facts: Record<string, number>) => void,
): Promise<{ loss: number; score: ValidationScore }[]> {
  const shape = trainedShape(options)
  const parameters = startingParameters(fitted, shape, maps, options.seed)
  const run: { loss: number; score: ValidationScore }[] = []
  let best = { epoch: 0, score: Number.NEGATIVE_INFINITY }
  const embedder = await Embedder.open(fitted, shape, parameters, products.engine)
  try {
    await train(
      contrastedSenses(fitted),
      parameters,
      { ...options, shape, signal, engine: products.engine },
      async (epoch, loss, read) => {
        const score = await validationScore(
          products,
          await embedder.embedAll(held, await read()),
          options.positives,
        )
        run.push({ loss, score })
        if (score.score > best.score) best = { epoch, score: score.score }
        report(epoch, { loss, score: score.score, best: best.score })
        return epoch - best.epoch >= options.patience
      },
    )
  } finally {
    await embedder.close()
  }
  return run
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

/** Of those within one standard error of the best, the first in the order of solvers, then of inputs. */
function simplestOfTheBest(candidates: readonly Candidate[], { solvers: names }: ResolvedFit): Candidate {
  const best = bestOf(candidates)
  const place = ({ entry }: Candidate) => names.indexOf(entry.method) * inputVariants.length + order(entry)
  const level = candidates.filter(({ score }) => standardErrorsAbove(best.score, score) <= 1)
  const first = Math.min(...level.map(place))
  return bestOf(level.filter((candidate) => place(candidate) === first))
}

/** What is kept of a score. */
function told({ score, pairs }: ValidationScore): Omit<ValidationScore, 'queries'> {
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
  return inputVariants.indexOf(inputs)
}

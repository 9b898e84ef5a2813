// What a fit chooses: which inputs, which closed form, and how long to train from it. Plain JSON, kept in the space
// with the whole race, so that anyone can see why a space is as it is.

import type { InputKind } from '../solvers/input-kinds.ts'
import type { Setting } from '../solvers/solver.ts'
import { type SolverName, solvers } from '../solvers/solvers.ts'
import type { NonFiniteStep } from '../train/non-finite.ts'
import type { Work } from '../train/train.ts'
import type { ResolvedFit } from './fit-options.ts'
import type { LexicalBlock } from './lexical-block.ts'
import type { ValidationScore } from './validation-score.ts'

export interface Recipe {
  /** Rows that each turn of validation was fitted and judged on; none where nothing could be held out. */
  readonly turns: readonly { fitted: number; held: number }[]
  readonly inputs: InputKind
  readonly solver: SolverName
  readonly setting: Setting
  /** Epochs to train from the closed form; 0: the closed form is kept as it is. */
  readonly epochs: number
  /**
   * Of the best closed form, of the winner alone where something is set beside it, and of what was chosen, on
   * validation rows; absent where there was nothing to validate on.
   */
  readonly validation?: {
    closedForm: number
    learned?: number
    chosen: Pick<ValidationScore, 'score' | 'pairs'>
  }
  /** Another closed form beside it, on the same inputs; absent where validation saw no use in one. */
  readonly blend?: Blend
  /** Words beside the learned numbers; absent where validation saw no use in them. */
  readonly lexical?: LexicalBlock
  /** The best of each method on each kind of inputs, best first. */
  readonly race: readonly RaceEntry[]
  /** What training looked like, epoch after epoch. */
  readonly history: readonly { epoch: number; loss: number; score: number }[]
  /** Closed forms that gave no finite numbers and were left out, and steps at which training ended. */
  readonly nonFinite: readonly NonFinite[]
  /** What each training cost, fold by fold, then the refit. */
  readonly work: readonly ({ during: 'training' | 'refit' } & Work)[]
}

export interface Blend {
  readonly solver: SolverName
  readonly setting: Setting
  /** Its share of the squared length, between 0 and 1. */
  readonly weight: number
}

export type NonFinite =
  | { during: 'closed form'; cause: string; method: SolverName; inputs: InputKind; setting: Setting }
  | ({ during: 'training' | 'refit' } & NonFiniteStep)

export interface RaceEntry {
  /** A closed form, or `contrastive` from it. */
  readonly method: SolverName | 'contrastive'
  readonly inputs: InputKind
  readonly setting: Setting
  readonly score: number
}

/** Where nothing can be held out: the simplest closed form, in the middle of what validation usually chooses. */
export function unvalidatedRecipe({ solvers: names }: ResolvedFit): Recipe {
  const inputsOf = (name: SolverName): readonly InputKind[] => solvers[name].inputs
  const solver = names.find((name) => inputsOf(name).includes('linear')) ?? names[0]
  return {
    turns: [],
    inputs: inputsOf(solver).includes('linear') ? 'linear' : inputsOf(solver)[0],
    solver,
    setting: solvers[solver].unvalidated,
    epochs: 0,
    race: [],
    history: [],
    nonFinite: [],
    work: [],
  }
}

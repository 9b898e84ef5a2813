// What a fit chooses: the closed form's ridge and power, and how long to train from it. Plain JSON, kept in the
// space, so that anyone can see why a space is as it is.

import type { ValidationScore } from './validation-score.ts'

export interface Recipe {
  /** See `solveCca`. */
  ridge: number
  /** See `weightedMaps`. */
  power: number
  /** Epochs to train from the closed form; 0: the closed form is kept as it is. */
  epochs: number
  /** Of the closed form and of what was chosen, on validation rows; absent where there was nothing to validate on. */
  validation?: { closedForm: number; chosen: ValidationScore }
  /** What training looked like, epoch after epoch. */
  history: { epoch: number; loss: number; score: number }[]
}

/** Where nothing can be held out: a closed form in the middle of what validation usually chooses. */
export const unvalidatedRecipe: Recipe = { ridge: 1, power: 1, epochs: 0, history: [] }

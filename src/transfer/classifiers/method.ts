// What a way of transferring labels is: from a problem to one classifier for each choice of its hyperparameters.

import type { MatrixProducts } from '../../space/linear/matrix-products.ts'
import type { TransferProblem } from '../problem.ts'
import type { Classifier, StudentClassifier } from './classifier.ts'

/** What all fits of one transfer share. */
export interface FitTools {
  readonly products: MatrixProducts
  /** How features become a student's inputs; part of what it is saved as. */
  readonly narrowing: Pick<StudentClassifier, 'components' | 'offset'>
}

export interface Candidate {
  /** Hyperparameters, for the report; the same list in the same order whatever the problem. */
  readonly choice: Readonly<Record<string, number>>
  readonly classifier: Classifier
}

export interface TransferMethod {
  /** Whether it looks at the features of sense B rather than at their embeddings. */
  readonly looksAt: 'embeddings' | 'inputs'
  /** What is missing for it, in words, or undefined where it can be fitted. */
  missing(problem: TransferProblem): string | undefined
  fit(problem: TransferProblem, tools: FitTools): Promise<Candidate[]>
}

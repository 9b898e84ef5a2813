// The student: cross-modal distillation (Gupta, Hoffman & Malik, "Cross modal distillation for supervision transfer",
// CVPR 2016). A teacher that learned the labels on sense A says what the A item of a pair looks like, and a student
// learns that from the B item of the pair. Labels of B are not read; the pairs are. Where an item has no pair, the
// teacher is asked about its own place in the space (self-training). Shots of B teach with their true labels.
//
// The student looks at the features of B, not at the space: the space has seen those pairs, so what it says of them is
// better than what it says of new items, and only a student can be judged fairly on held-out groups. It is kernel
// ridge regression on whitened principal components of the features.

import { matrix } from '../../math/matrix.ts'
import { fitKernelRidge } from '../kernel-ridge.ts'
import { packMatrix } from '../packed-matrix.ts'
import { oneHot, stackRows, type TransferProblem } from '../problem.ts'
import type { TransferMethod } from './method.ts'

const settings = [
  { bandwidth: 1, ridge: 0.1 },
  { bandwidth: 1, ridge: 0.3 },
  { bandwidth: 0.3, ridge: 0.1 },
] as const

export const student: TransferMethod = {
  looksAt: 'inputs',
  missing: ({ taught, shots }) =>
    taught.keys.length + shots.keys.length > 0 ? undefined : 'training items of the target sense',
  async fit(problem, { products, narrowing }) {
    const inputs = stackRows(problem.taught.inputs, problem.shots.inputs)
    const shots = problem.shots.inputs.rows
    const models = await fitKernelRidge(products, inputs, lessons(problem), settings, shots)
    const anchors = packMatrix(models[0].anchors)
    return models.map(({ gamma, weights }, k) => ({
      choice: settings[k],
      classifier: { kind: 'student', ...narrowing, anchors, gamma, weights: packMatrix(weights) },
    }))
  },
}

/** `[items, classes]`: probabilities less 1/classes, so that far from everything all classes are alike. */
function lessons({ classes, taught, shots }: TransferProblem) {
  const { rows, cols, data } = stackRows(taught.posteriors, oneHot(shots.labels, classes.length))
  return matrix(
    rows,
    cols,
    data.map((target) => target - 1 / classes.length),
  )
}

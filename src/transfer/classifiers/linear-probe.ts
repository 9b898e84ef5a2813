// The linear probe with cross-modal shots: labelled items of any sense are training samples of one logistic regression
// in the space (Lin et al., "Multimodality helps unimodality", CVPR 2023, eq. 5). As there, each sense fills half of a
// batch: the items of a sense share one unit of weight, however many they are.

import { fitLogistic, type LogisticModel } from '../../space/linear/logistic-regression.ts'
import { packMatrix } from '../packed-matrix.ts'
import { oneHot, stackRows, type TransferProblem } from '../problem.ts'
import type { LinearClassifier } from './classifier.ts'
import type { TransferMethod } from './method.ts'

/** L2 strengths, largest first. */
export const probeRidges = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003] as const

export const linearProbe: TransferMethod = {
  looksAt: 'embeddings',
  missing: ({ from, shots }) => (from.labels.length + shots.labels.length > 0 ? undefined : 'labelled items'),
  async fit(problem, { products }) {
    const models = await fitLogistic(probeSamples(problem), probeRidges, products.engine)
    return models.map((model, k) => ({
      choice: { ridge: probeRidges[k] },
      classifier: linearClassifier(model),
    }))
  },
}

export function linearClassifier({ W, b }: LogisticModel): LinearClassifier {
  return { kind: 'linear', weights: packMatrix(W), bias: [...b] }
}

function probeSamples({ classes, from, shots }: TransferProblem) {
  const weightOf = (count: number) => new Array<number>(count).fill(1 / Math.max(1, count))
  return {
    inputs: stackRows(from.embeddings, shots.embeddings),
    targets: oneHot([...from.labels, ...shots.labels], classes.length),
    weights: [...weightOf(from.labels.length), ...weightOf(shots.labels.length)],
  }
}

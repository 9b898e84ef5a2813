// Tip-Adapter (Zhang et al., ECCV 2022, eq. 3–6), without training: a cache of labelled embeddings answers beside a
// classifier that knows none of them,
//
//   logits = base(f) + alpha·exp(−beta·(1 − f·keysᵀ))·one-hot(labels)
//
// The base is zero-shot where the classes have names in the space, else the nearest class mean. The keys are the shots
// of B; where there are none, a few items of A. With alpha = 0 it is its base.

import { takeRows } from '../../math/matrix.ts'
import { packMatrix } from '../packed-matrix.ts'
import type { Sample, TransferProblem } from '../problem.ts'
import { classMeans, prototypeClassifier } from './class-mean.ts'
import type { TransferMethod } from './method.ts'

/** Beside the base's similarities times 100. */
const alphas = [0, 1, 3, 10, 30] as const
const betas = [1, 5.5, 20] as const
/** Keys a class taken from sense A, as many as the paper's largest cache. */
const mostKeys = 16

export const tipAdapter: TransferMethod = {
  looksAt: 'embeddings',
  missing: ({ from, shots }) => (from.labels.length + shots.labels.length > 0 ? undefined : 'labelled items'),
  async fit(problem) {
    const base = prototypeClassifier(problem.names ?? classMeans(problem))
    const { embeddings, labels } = problem.shots.labels.length > 0 ? problem.shots : firstOfEach(problem)
    const cache = { kind: 'cache', base, keys: packMatrix(embeddings), values: [...labels] } as const
    return alphas.flatMap((alpha) =>
      betas
        .filter((_, k) => alpha > 0 || k === 0)
        .map((beta) => ({ choice: { alpha, beta }, classifier: { ...cache, alpha, beta } })),
    )
  },
}

function firstOfEach({ from }: TransferProblem): Pick<Sample, 'embeddings' | 'labels'> {
  const taken = new Map<number, number>()
  const order = [...from.labels.keys()].filter((item) => {
    const count = taken.get(from.labels[item]) ?? 0
    taken.set(from.labels[item], count + 1)
    return count < mostKeys
  })
  return {
    embeddings: takeRows(from.embeddings, order),
    labels: Int32Array.from(order, (item) => from.labels[item]),
  }
}

// Nearest class mean: a class is the mean of its labelled embeddings, an item belongs to the class whose mean is most
// similar (Rocchio 1971; prototypical networks without training, Snell et al. 2017). Each sense that has items of a
// class counts the same, so that a thousand pictures do not drown one sound. With one item a class it is the nearest
// neighbour.

import { type Matrix, matrix, normaliseRows, transpose } from '../../math/matrix.ts'
import { packMatrix } from '../packed-matrix.ts'
import type { Sample, TransferProblem } from '../problem.ts'
import type { LinearClassifier } from './classifier.ts'
import type { TransferMethod } from './method.ts'

/** What similarities are multiplied by to be logits, as in CLIP; calibration scales them afterwards. */
export const logitScale = 100

export const classMean: TransferMethod = {
  looksAt: 'embeddings',
  missing: ({ from, shots }) => (from.labels.length + shots.labels.length > 0 ? undefined : 'labelled items'),
  async fit(problem) {
    return [{ choice: {}, classifier: prototypeClassifier(classMeans(problem)) }]
  },
}

/** `[classes, dim]`, unit rows; a class without items has a row of zeros. */
export function classMeans({ classes, from, shots }: TransferProblem): Matrix {
  const { cols } = from.embeddings
  const sum = matrix(classes.length, cols)
  for (const means of [meansOf(from, classes.length), meansOf(shots, classes.length)]) {
    means.data.forEach((value, i) => {
      sum.data[i] += value
    })
  }
  return normaliseRows(sum)
}

/** logits = scale·cosine to each of `prototypes` `[classes, dim]`. */
export function prototypeClassifier(prototypes: Matrix): LinearClassifier {
  const weights = transpose(prototypes)
  return {
    kind: 'linear',
    weights: packMatrix({ ...weights, data: weights.data.map((value) => logitScale * value) }),
    bias: new Array<number>(prototypes.rows).fill(0),
  }
}

function meansOf({ embeddings, labels }: Sample, classes: number): Matrix {
  const sum = matrix(classes, embeddings.cols)
  for (const [item, label] of labels.entries()) {
    for (let k = 0; k < embeddings.cols; k++) {
      sum.data[label * embeddings.cols + k] += embeddings.data[item * embeddings.cols + k]
    }
  }
  return normaliseRows(sum)
}
